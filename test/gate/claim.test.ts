import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { OwnerId, StepPath } from '../../domain/ids.ts';
import type { Database } from '../../gate/database.ts';
import { Ledger } from '../../gate/ledger.ts';
import type { PreparedCall } from '../../gate/prepared-call.ts';
import {
  anIdentity,
  connectAs,
  databaseAs,
  ledgerRow,
  newRunId,
  newTenant,
  openLongLease,
  prepared,
  setLease,
  claimOf,
} from './fixture.ts';

let owner: Database;
let database: Database;
let ledger: Ledger;

beforeAll(() => {
  owner = databaseAs('owner');
  database = databaseAs('gate', 8);
  ledger = new Ledger(database);
});
afterAll(async () => {
  await owner.close();
  await database.close();
});

async function claimed(
  call: PreparedCall,
  by: OwnerId,
): Promise<{ prepared: PreparedCall; owner: OwnerId; fenceToken: number }> {
  return claimOf(ledger, call, by);
}

test('a claim is granted once, and its settled result is answered from then on [gate.stored-result]', async () => {
  const [one, two] = [await openLongLease(owner), await openLongLease(owner)];
  const call = prepared();
  const claim = await claimed(call, one);
  await expect(ledger.settle(claim, { state: 'committed', settlement: { result: { id: 7 } } })).resolves.toBe(true);
  const stored = {
    kind: 'stored',
    call: { state: 'committed', result: { id: 7 }, status: undefined, sentence: undefined },
  };
  await expect(ledger.claim(call, one)).resolves.toEqual(stored);
  await expect(ledger.claim(call, two)).resolves.toEqual(stored);
});

test('a claim of the same step with other arguments is a conflict with itself, also after it is settled [gate.arguments-fixed]', async () => {
  const by = await openLongLease(owner);
  const call = prepared({ args: { amount: 1 } });
  const other = prepared({ ...call.call, args: { amount: 2 } });
  const claim = await claimed(call, by);
  const { runId, stepPath } = call.call;
  await expect(ledger.claim(other, by)).resolves.toEqual({
    kind: 'conflict',
    holder: { runId, stepPath, state: 'claimed', result: null },
  });
  await ledger.settle(claim, { state: 'committed', settlement: { result: null } });
  await expect(ledger.claim(other, by)).resolves.toEqual({
    kind: 'conflict',
    holder: { runId, stepPath, state: 'committed', result: null },
  });
});

test('a claim waits for a living owner and takes a dead one over with a higher token, once for all who try [gate.takeover]', async () => {
  const [one, two, three] = [await openLongLease(owner), await openLongLease(owner), await openLongLease(owner)];
  const call = prepared();
  await claimed(call, one);
  const { runId, stepPath } = call.call;
  await expect(ledger.claim(call, two)).resolves.toEqual({
    kind: 'in-progress',
    holder: { runId, stepPath, state: 'claimed', result: null },
  });
  await setLease(owner, one, '-1 millisecond');
  const answers = await Promise.all([ledger.claim(call, two), ledger.claim(call, three)]);
  expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['in-progress', 'taken-over']);
  await expect(ledgerRow(owner, call.call)).resolves.toMatchObject({ fence_token: 2, takeovers: 1 });
});

test('a claim by a worker whose own lease is over is refused and writes nothing', async () => {
  const by = await openLongLease(owner);
  await setLease(owner, by, '-1 millisecond');
  const call = prepared();
  await expect(ledger.claim(call, by)).resolves.toEqual({ kind: 'lease-lost' });
  await expect(ledgerRow(owner, call.call)).rejects.toThrow('no such call');
});

test('a claim fails under any other isolation than read committed', async () => {
  const gate = await connectAs('gate');
  await gate.query('begin isolation level repeatable read');
  await expect(gate.query(`select gate.renew_lease('nobody')`)).rejects.toMatchObject({ code: 'HF001' });
  await gate.end();
});

test('a claim writes the step of its open run and nothing of a closed one [gate.ended-run]', async () => {
  const by = await openLongLease(owner);
  const first = prepared();
  const { tenant, runId } = first.call;
  await owner.query(
    {
      name: 'test.run',
      text: `insert into gate.run (tenant, run_id, job, version, definition, input_ref, input_digest) values ($1, $2, 'job', 1, '', '', '')`,
    },
    [tenant, runId],
  );
  const step = { name: 'test.step', text: 'select step, status from gate.run where tenant = $1 and run_id = $2' };
  await claimed(first, by);
  await expect(owner.query(step, [tenant, runId])).resolves.toEqual([{ step: 'post', status: 'running' }]);
  await owner.query(
    { name: 'test.close', text: `select gate.close_run($1, $2, 'completed', null, null, null, null)` },
    [tenant, runId],
  );
  const late = prepared({ tenant, runId, stepPath: 'later' as StepPath });
  await expect(ledger.claim(late, by)).resolves.toEqual({ kind: 'run-ended' });
  await expect(owner.query(step, [tenant, runId])).resolves.toEqual([{ step: 'post', status: 'completed' }]);
});

test('a dead owner can neither mark nor settle nor release what another one has taken over [gate.lease-lost]', async () => {
  const [dead, living] = [await openLongLease(owner), await openLongLease(owner)];
  const call = prepared({ class: 'C' });
  const zombie = await claimed(call, dead);
  await setLease(owner, dead, '-1 second');
  const heir = await claimed(call, living);
  await setLease(owner, dead, '1 hour');
  await expect(ledger.markSent(zombie)).resolves.toBe(false);
  await expect(ledger.settle(zombie, { state: 'committed', settlement: { result: 'zombie' } })).resolves.toBe(false);
  await expect(ledger.release(zombie, { nothingLeft: true, sentence: 'zombie' })).resolves.toBe(false);
  await expect(ledger.settle(heir, { state: 'committed', settlement: { result: 'heir' } })).resolves.toBe(true);
  await expect(ledgerRow(owner, call.call)).resolves.toMatchObject({
    state: 'committed',
    result: 'heir',
    fence_token: 2,
  });
});

test('a dead owner stays dead: a renewal after its lease was found expired is refused', async () => {
  const [dead, living] = [await openLongLease(owner), await openLongLease(owner)];
  const call = prepared();
  await claimed(call, dead);
  await setLease(owner, dead, '-1 millisecond');
  await claimed(call, living);
  const [row] = await database.query<{ renew_lease: boolean }>(
    { name: 'test.renew', text: 'select gate.renew_lease($1)' },
    [dead],
  );
  expect(row?.renew_lease).toBe(false);
});

test('a dead owner is still heard when nobody took its call over', async () => {
  const by = await openLongLease(owner);
  const claim = await claimed(prepared(), by);
  await setLease(owner, by, '-1 second');
  await expect(ledger.settle(claim, { state: 'committed', settlement: { result: 'it happened' } })).resolves.toBe(true);
});

test('settling is repeated without a second effect on the counters of the run', async () => {
  const by = await openLongLease(owner);
  const call = prepared({ effect: 'model', class: 'A' });
  const { tenant, runId } = call.call;
  await owner.query(
    {
      name: 'test.run',
      text: `insert into gate.run (tenant, run_id, job, version, definition, input_ref, input_digest) values ($1, $2, 'job', 1, '', '', '')`,
    },
    [tenant, runId],
  );
  const claim = await claimed(call, by);
  const settlement = {
    result: 'said',
    usage: { inputTokens: 10, outputTokens: 3 },
    model: 'small\u0000-1',
    turns: 1,
  };
  await expect(ledger.settle(claim, { state: 'committed', settlement })).resolves.toBe(true);
  await expect(ledger.settle(claim, { state: 'committed', settlement })).resolves.toBe(true);
  const text =
    'select model_calls, input_tokens, output_tokens, turns, last_outcome, model from gate.run where tenant = $1 and run_id = $2';
  await expect(owner.query({ name: 'test.counters', text }, [tenant, runId])).resolves.toEqual([
    { model_calls: 1, input_tokens: 10, output_tokens: 3, turns: 1, last_outcome: 'committed', model: 'small -1' },
  ]);
});

test('settling takes whatever a receiver may say: NUL characters, absurd numbers, 10,000 characters', async () => {
  const by = await openLongLease(owner);
  const claim = await claimed(prepared(), by);
  const settlement = { result: { text: 'a\u0000b\ud800' }, usage: { inputTokens: 1e300, outputTokens: Number.NaN } };
  await expect(
    ledger.settle(claim, { state: 'committed', settlement, sentence: `\u0000${'x'.repeat(10_000)}` }),
  ).resolves.toBe(true);
});

test('closing a run settles what it left half-done: unknown when bytes may have left, without its identity when none did', async () => {
  const by = await openLongLease(owner);
  const [tenant, runId] = [newTenant(), newRunId()];
  const sent = prepared({ tenant, runId, stepPath: 'sent' as StepPath });
  const unsent = prepared({ tenant, runId, stepPath: 'unsent' as StepPath, class: 'D', identity: anIdentity('x') });
  const read = prepared({ tenant, runId, stepPath: 'read' as StepPath, effect: 'read' });
  for (const call of [sent, unsent, read]) await claimed(call, by);
  await setLease(owner, by, '-1 second');
  await owner.query(
    {
      name: 'test.run',
      text: `insert into gate.run (tenant, run_id, job, version, definition, input_ref, input_digest) values ($1, $2, 'job', 1, '', '', '')`,
    },
    [tenant, runId],
  );
  const close = {
    name: 'test.close_run',
    text: `select gate.close_run($1, $2, $3, 'cancelled', 'stop', null, 3) as closed`,
  };
  await expect(database.query(close, [tenant, runId, 'cancelled'])).resolves.toEqual([{ closed: true }]);
  await expect(database.query(close, [tenant, runId, 'completed'])).resolves.toEqual([{ closed: false }]);
  await expect(ledgerRow(owner, sent.call)).resolves.toMatchObject({ state: 'unknown', holds: null });
  await expect(ledgerRow(owner, unsent.call)).resolves.toMatchObject({ state: 'claimed', holds: null });
  await expect(ledgerRow(owner, read.call)).resolves.toMatchObject({ state: 'claimed', result: null });
});
