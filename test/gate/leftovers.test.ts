import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Tenant } from '../../domain/ids.ts';
import { type ClientStore, openClientStore } from '../../gate/client-store.ts';
import type { Database } from '../../gate/database.ts';
import type { Gate } from '../../gate/index.ts';
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
