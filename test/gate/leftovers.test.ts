import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { callKeyOf, digestOf } from '../../domain/digest.ts';
import type { Tenant } from '../../domain/ids.ts';
import { type ClientStore, openClientStore } from '../../gate/client-store.ts';
import type { Database } from '../../gate/database.ts';
import type { Call, Gate } from '../../gate/index.ts';
import { Ledger } from '../../gate/ledger.ts';
import { PART_ACCEPTED } from '../../gate/part-accepted.ts';
import { prepareCall } from '../../gate/prepared-call.ts';
import { sharedStack } from '../stack-addresses.ts';
import {
  aCall,
  anIdentity,
  claimOf,
  databaseAs,
  enteredRun,
  gateAt,
  ledgerRow,
  newRunId,
  openLongLease,
  setLease,
  toBooks,
} from './fixture.ts';

let owner: Database;
let asGate: Database;
let gate: Gate;
let store: ClientStore;
let ledger: Ledger;

beforeAll(async () => {
  owner = databaseAs('owner');
  asGate = databaseAs('gate');
  store = await openClientStore({ databaseUrl: sharedStack().database.clientUrl });
  gate = await gateAt('http://127.0.0.1:1');
  ledger = new Ledger(asGate);
});
afterAll(async () => {
  await gate.close();
  await store.close();
  await asGate.close();
  await owner.close();
});

function aRun(tenant?: Tenant): ReturnType<typeof enteredRun> {
  return enteredRun(store, tenant);
}

test('since when bytes of a leftover may have left counts from the last attempt, also where an earlier one exposed it [stuck.leftovers]', async () => {
  const run = await aRun();
  const [first, second] = [await openLongLease(owner), await openLongLease(owner)];
  const made = prepareCall(aCall({ ...run, class: 'A' }), toBooks('http://127.0.0.1:1'));
  const claim = await claimOf(ledger, made, first);
  await ledger.release(claim, { nothingLeft: false, status: 503, sentence: 'The books answered 503.' });
  const text = `update gate.call set exposed_at = exposed_at - interval '5 minutes' where tenant = $1`;
  await owner.query({ name: 'test.exposed_before', text }, [run.tenant]);
  await claimOf(ledger, made, second);
  await gate.runs.close({ ...run, status: 'cancelled' });
  await setLease(owner, second, '-1 second');
  const [left] = await gate.leftovers.take(20, run.tenant);
  expect(left).toMatchObject({ accepted: false });
  expect(left?.exposedMs).toBeLessThan(4 * 60_000);
});

const RESULT = { kind: 'result' };

test.each([
  {
    when: 'was answered and then doubted',
    ending: { state: 'committed', settlement: { result: RESULT } },
    doubt: 'The amount is 90.',
    result: RESULT,
  },
  {
    when: 'was answered unreadably and then doubted',
    ending: { state: 'committed', status: 200 },
    doubt: 'It is not there.',
    result: null,
  },
  {
    when: 'was refused after a part of it had been accepted',
    ending: { state: 'unknown', sentence: `The books answered 422, ${PART_ACCEPTED} post_booking; look there.` },
    result: null,
  },
] as const)(
  'a leftover that $when is never taken for one that did not take place [stuck.leftovers]',
  async ({ ending, result, ...parts }) => {
    const run = await aRun();
    const identity = anIdentity('accepted');
    const call = aCall({ ...run, class: 'C', identity });
    const made = prepareCall(call, toBooks('http://127.0.0.1:1'));
    await ledger.settle(await claimOf(ledger, made, await openLongLease(owner)), ending);
    if ('doubt' in parts) await gate.settleReadBack({ ...call, sentence: parts.doubt });
    await gate.runs.close({ ...run, status: 'cancelled' });
    const [left] = await gate.leftovers.take(20, run.tenant);
    if (left === undefined) throw new Error('Nothing was left.');
    expect(left.accepted).toBe(true);
    await expect(gate.leftovers.settle(left, { verdict: 'rejected', sentence: 'Nothing.' })).resolves.toBe(false);
    await expect(ledgerRow(owner, call)).resolves.toMatchObject({ state: 'unknown', holds: identity, result });
    await expect(gate.leftovers.settle(left, { verdict: 'person', sentence: 'Look there.' })).resolves.toBe(true);
    const open = await store.alarms.open({ tenant: run.tenant, runId: run.runId });
    expect(open).toMatchObject([{ kind: 'effect-unknown', sentence: 'Look there.' }]);
  },
);

const UNKNOWN = { state: 'unknown', sentence: 'The books did not answer.' } as const;
const COMMITTED = { state: 'committed', settlement: { result: RESULT } } as const;

test('a fork that ends leaves what it copied to its source, which alone is asked about it [stuck.leftovers]', async () => {
  const { source, copy } = await copied(UNKNOWN);
  const { tenant } = source;
  for (const { runId } of [copy, source]) await gate.runs.close({ tenant, runId, status: 'cancelled' });
  const left = await gate.leftovers.take(20, tenant);
  expect(left.map(({ runId }) => runId)).toEqual([source.runId]);
  await expect(ledgerRow(owner, copy)).resolves.toMatchObject({ state: 'unknown' });
});

test('what a fork copied and an earlier engine listed is forgotten and asked about no more [stuck.leftovers]', async () => {
  const { source, copy } = await copied(UNKNOWN);
  const { tenant, runId } = copy;
  await gate.runs.close({ tenant, runId, status: 'cancelled' });
  const text = 'insert into gate.leftover (tenant, call_key) values ($1, $2)';
  await owner.query({ name: 'test.list_copy', text }, [tenant, callKeyOf(copy)]);
  await expect(gate.leftovers.take(20, tenant)).resolves.toEqual([]);
  await gate.runs.close({ tenant, runId: source.runId, status: 'cancelled' });
  await expect(gate.leftovers.take(20, tenant)).resolves.toHaveLength(1);
});

test('what a fork copied and sent again by an answer is its own when it ends [stuck.leftovers]', async () => {
  const { copy } = await copied(UNKNOWN);
  const { tenant, runId, stepPath } = copy;
  const decision = { tenant, runId, decisionId: 'again', kind: 'answer', name: stepPath, actor: 'grace' } as const;
  await store.decisions.insert({ ...decision, payload: {} });
  await gate.answerCall({ tenant, runId, stepPath, decisionId: 'again', verdict: 'repeat', sentence: 'Not there.' });
  const made = prepareCall(copy, toBooks('http://127.0.0.1:1'));
  await ledger.settle(await claimOf(ledger, made, await openLongLease(owner)), UNKNOWN);
  await gate.runs.close({ tenant, runId, status: 'cancelled' });
  await expect(gate.leftovers.take(20, tenant)).resolves.toMatchObject([{ runId, stepPath }]);
});

test('what a fork copied and doubts itself is its own when it ends [stuck.leftovers]', async () => {
  const { copy } = await copied(COMMITTED);
  const { tenant, runId, stepPath } = copy;
  await gate.settleReadBack({ ...copy, sentence: 'The amount is 90.' });
  await gate.runs.close({ tenant, runId, status: 'cancelled' });
  await expect(gate.leftovers.take(20, tenant)).resolves.toMatchObject([{ runId, stepPath, accepted: true }]);
});

/** A call that came to something, and its copy in a fork that begins after it; both runs are open. */
async function copied(ending: typeof UNKNOWN | typeof COMMITTED): Promise<{ source: Call; copy: Call }> {
  const source = aCall({ ...(await aRun()), class: 'C' });
  const made = prepareCall(source, toBooks('http://127.0.0.1:1'));
  await ledger.settle(await claimOf(ledger, made, await openLongLease(owner)), ending);
  const copy = { ...source, runId: newRunId() };
  const { tenant, runId, stepPath } = source;
  const bytes = Buffer.from('1');
  const entered = await store.forks.enter({
    tenant,
    runId: copy.runId,
    job: 'job',
    version: 1,
    definition: bytes,
    input: bytes,
    source: runId,
    step: 'next',
    request: digestOf('next'),
    edits: {},
    handed: {},
    calls: [{ from: stepPath, to: stepPath }],
    transcripts: [],
    decisions: [],
    actor: 'ada',
  });
  expect(entered).toBe('entered');
  return { source, copy };
}

test('answers about leftovers, which wait for a call worker, hold up no other decision [stuck.decisions]', async () => {
  const ended = await aRun();
  const open = await aRun(ended.tenant);
  const call = aCall({ ...ended, class: 'D' });
  const made = prepareCall(call, toBooks('http://127.0.0.1:1'));
  const ending = { state: 'unknown', sentence: 'Nobody knows.' } as const;
  await ledger.settle(await claimOf(ledger, made, await openLongLease(owner)), ending);
  await gate.runs.close({ ...ended, status: 'cancelled' });
  const name = call.stepPath;
  for (const decisionId of ['a', 'b', 'c'])
    await store.decisions.insert({ ...ended, decisionId, kind: 'answer', name, actor: 'grace', payload: {} });
  await store.decisions.insert({ ...open, decisionId: 'd', kind: 'cancel', actor: 'ada' });
  const taken = await store.sweep.takeDecisions({ tenant: ended.tenant }, { graceMs: 0, limit: 3 });
  expect(taken.map(({ decisionId }) => decisionId)).toEqual(['d']);
  await expect(gate.leftovers.looseAnswers(10, ended.tenant)).resolves.toHaveLength(3);
});
