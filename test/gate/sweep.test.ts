import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ALL_TENANTS } from '../../domain/alarm.ts';
import type { RunId, StepPath, Tenant } from '../../domain/ids.ts';
import { type ClientStore, openClientStore } from '../../gate/client-store.ts';
import { callOf, type Database } from '../../gate/database.ts';
import type { Gate } from '../../gate/index.ts';
import { Leftovers } from '../../gate/leftovers.ts';
import { type Claim, Ledger } from '../../gate/ledger.ts';
import { type PreparedCall, prepareCall } from '../../gate/prepared-call.ts';
import { sharedStack } from '../stack-addresses.ts';
import {
  aCall,
  anIdentity,
  claimOf,
  databaseAs,
  enteredRun,
  gateAt,
  ledgerRow,
  newTenant,
  openLongLease,
  setLease,
  toBooks,
} from './fixture.ts';

let owner: Database;
let asGate: Database;
let gate: Gate;
let store: ClientStore;

beforeAll(async () => {
  owner = databaseAs('owner');
  asGate = databaseAs('gate');
  store = await openClientStore({ databaseUrl: sharedStack().database.clientUrl });
  gate = await gateAt('http://127.0.0.1:1');
});
afterAll(async () => {
  await gate.close();
  await store.close();
  await asGate.close();
  await owner.close();
});

interface Run {
  readonly tenant: Tenant;
  readonly runId: RunId;
}

function aRun(tenant?: Tenant): ReturnType<typeof enteredRun> {
  return enteredRun(store, tenant);
}

/** Runs a statement as the owner, with the tenant as its first value. */
async function put(text: string, ...values: unknown[]): Promise<void> {
  await owner.query({ name: `test.${text}`.slice(0, 60), text }, values);
}

async function count(text: string, ...values: unknown[]): Promise<number> {
  const [row] = await owner.query<{ count: number }>({ name: `test.${text}`.slice(0, 60), text }, values);
  return row?.count ?? 0;
}

/** A call of a run that ended while its worker, dead since, was at it. */
async function leftBehind(parts: {
  class: 'A' | 'D';
  exposed?: boolean;
}): Promise<Run & { call: ReturnType<typeof aCall> }> {
  const run = await aRun();
  const ledger = new Ledger(asGate);
  const by = await openLongLease(owner);
  const call = aCall({ ...run, class: parts.class, identity: anIdentity('left') });
  const made = prepareCall(call, toBooks('http://127.0.0.1:1'));
  const claim = await claimOf(ledger, made, by);
  if (parts.exposed === true) await ledger.markSent(claim);
  await gate.runs.close({ ...run, status: 'cancelled' });
  await setLease(owner, by, '-1 second');
  return { ...run, call };
}

test('of two that take what was left behind at once each call goes to one [stuck.any-sweeps]', async () => {
  const { tenant, call } = await leftBehind({ class: 'D', exposed: true });
  const [one, other] = [new Leftovers(asGate), new Leftovers(databaseOf())];
  await put(`update gate.leftover set next_at = clock_timestamp() where tenant = $1`, tenant);
  const taken = await Promise.all([one.take(20, tenant), other.take(20, tenant)]);
  expect(taken.flat()).toHaveLength(1);
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({ state: 'unknown', owner: null });
});

test('what a sweep took that was killed is taken again when it is due, also after a clock that was set back [stuck.any-sweeps]', async () => {
  const { tenant } = await leftBehind({ class: 'A' });
  await expect(gate.leftovers.take(20, tenant)).resolves.toHaveLength(1);
  await expect(gate.leftovers.take(20, tenant)).resolves.toEqual([]);
  await put(`update gate.leftover set next_at = clock_timestamp() - interval '1 second' where tenant = $1`, tenant);
  await expect(gate.leftovers.take(20, tenant)).resolves.toMatchObject([{ tries: 2 }]);
  await put(`update gate.leftover set next_at = clock_timestamp() + interval '1 day' where tenant = $1`, tenant);
  await expect(gate.leftovers.take(20, tenant)).resolves.toMatchObject([{ tries: 3 }]);
});

test('what was left behind and never left this machine is let go, with its identity [stuck.leftovers]', async () => {
  const { tenant, call } = await leftBehind({ class: 'D' });
  await expect(gate.leftovers.take(20, tenant)).resolves.toEqual([]);
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({ state: 'claimed', holds: null });
  expect(await count('select count(*) from gate.leftover where tenant = $1', tenant)).toBe(0);
});

test('an answer about what was left behind counts once, and not after somebody else has settled it [stuck.leftovers]', async () => {
  const { tenant, call } = await leftBehind({ class: 'A' });
  const [left] = await gate.leftovers.take(20, tenant);
  expect(left).toMatchObject({ stepPath: call.stepPath, name: call.name, tries: 1 });
  if (left === undefined) throw new Error('Nothing was left.');
  const settlement = { result: { kind: 'result' } };
  const wrong = { ...left, fenceToken: left.fenceToken + 1 };
  await expect(gate.leftovers.settle(wrong, { verdict: 'committed', settlement, sentence: 'x' })).resolves.toBe(false);
  await expect(gate.leftovers.settle(left, { verdict: 'committed', settlement, sentence: 'seen' })).resolves.toBe(true);
  await expect(gate.leftovers.settle(left, { verdict: 'rejected', sentence: 'late' })).resolves.toBe(false);
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({ state: 'committed', sentence: 'seen' });
});

test('what never took place frees its identity [stuck.leftovers]', async () => {
  const { tenant, call } = await leftBehind({ class: 'A' });
  for (const left of await gate.leftovers.take(20, tenant))
    await gate.leftovers.settle(left, { verdict: 'rejected', sentence: 'unknown there' });
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({ state: 'rejected', holds: null });
});

test('what nobody can be asked about raises one alarm, which ends with its answer [stuck.alarms]', async () => {
  const { tenant, runId, call } = await leftBehind({ class: 'A' });
  for (const left of await gate.leftovers.take(20, tenant))
    await gate.leftovers.settle(left, { verdict: 'person', sentence: 'Look there.' });
  const [alarm, ...others] = await openOf(tenant);
  expect(others).toEqual([]);
  expect(alarm).toMatchObject({ kind: 'effect-unknown', runId, subject: `${runId}/${call.stepPath}` });
  await expect(gate.leftovers.take(20, tenant)).resolves.toEqual([]);
  const decision = { tenant, runId, decisionId: 'd', kind: 'answer', name: call.stepPath, actor: 'grace' } as const;
  await store.decisions.insert({ ...decision, payload: { evidence: 'seen', answer: { kind: 'happened' } } });
  await expect(store.sweep.takeDecisions({ tenant }, { graceMs: 0, limit: 10 })).resolves.toEqual([]);
  const [loose] = await gate.leftovers.looseAnswers(10, tenant);
  expect(loose).toMatchObject({ stepPath: call.stepPath, actor: 'grace', ended: true });
  const place = { tenant, runId, stepPath: call.stepPath, decisionId: 'd' };
  await gate.answerCall({
    ...place,
    verdict: 'accepted',
    result: { kind: 'unreadable', sentence: 'x' },
    sentence: 'seen',
  });
  await store.sweep.clearSettledAlarms();
  await expect(openOf(tenant)).resolves.toEqual([]);
});

test('an alarm about a Task Queue that no sweep has looked at for an hour is over: nobody has it configured any more [stuck.alarms]', async () => {
  const [gone, used] = [newTenant(), newTenant()];
  for (const subject of [gone, used])
    await store.alarms.raise({ tenant: ALL_TENANTS, kind: 'no-worker', subject, sentence: 'Nobody works there.' });
  await put(`update gate.alarm set seen_at = seen_at - interval '61 minutes' where subject = $1`, gone);
  await store.sweep.clearSettledAlarms();
  const open = (await store.alarms.open({})).map(({ subject }) => subject);
  expect([gone, used].map((subject) => open.includes(subject))).toEqual([false, true]);
  await store.alarms.clear({ tenant: ALL_TENANTS, kind: 'no-worker', subject: used });
});

test('decisions are taken once until their next try, the oldest first, and not those that were overtaken [stuck.decisions]', async () => {
  const run = await aRun();
  const [ended, tenant] = [await aRun(run.tenant), run.tenant];
  await gate.runs.close({ ...ended, status: 'completed' });
  const made = [
    ['p1', 'pause'],
    ['s1', 'signal'],
    ['r1', 'resume'],
    ['p2', 'pause'],
  ] as const;
  for (const [decisionId, kind] of made)
    await store.decisions.insert({ ...run, decisionId, kind, name: 'n', actor: 'ada' });
  await store.decisions.insert({ ...ended, decisionId: 'late', kind: 'cancel', actor: 'ada' });
  await put(
    `update gate.decision set created_at = created_at + case decision_id when 'p1' then 0 when 's1' then 1 when 'r1' then 2 else 3 end
    * interval '10 milliseconds' - interval '1 second' where tenant = $1`,
    tenant,
  );
  const take = (): ReturnType<typeof store.sweep.takeDecisions> =>
    store.sweep.takeDecisions({ tenant }, { graceMs: 500, limit: 10 });
  const both = await Promise.all([take(), take()]);
  expect(both.flat().map(({ decisionId }) => decisionId)).toEqual(['s1', 'p2']);
  await expect(take()).resolves.toEqual([]);
  expect(await count(`select count(*) from gate.decision where tenant = $1 and dropped_at is not null`, tenant)).toBe(
    3,
  );
  // The clock was ahead when they were tried, and was set back since.
  await put(`update gate.decision set next_at = clock_timestamp() + interval '1 day' where tenant = $1`, tenant);
  await expect(take()).resolves.toHaveLength(2);
});

test('sweeps go through all open runs, each going on where the one before ended [stuck.any-sweeps]', async () => {
  const tenant = newTenant();
  const runs = await Promise.all(Array.from({ length: 5 }, () => aRun(tenant)));
  const [first] = runs;
  if (first !== undefined) await gate.runs.close({ ...first, status: 'completed' });
  const next = async (): Promise<readonly string[]> =>
    (await store.sweep.quietRuns({ tenant }, { quietMs: 0, limit: 3 })).map(({ runId }) => runId);
  const [one, other] = await Promise.all([next(), next()]);
  expect([...one, ...other].toSorted()).toEqual(
    runs
      .slice(1)
      .map(({ runId }) => runId)
      .toSorted(),
  );
  await expect(next()).resolves.toHaveLength(3);
  await expect(store.sweep.quietRuns({ tenant }, { quietMs: 60_000, limit: 3 })).resolves.toEqual([]);
  // The last page is full: the sweep after it begins anew instead of seeing nothing.
  for (let sweeps = 0; sweeps < 3; sweeps += 1)
    await expect(store.sweep.quietRuns({ tenant }, { quietMs: 0, limit: 2 })).resolves.toHaveLength(2);
});

test('a run whose step is tried again and again counts as quiet all the while, and no more once the step is settled [stuck.alarms]', async () => {
  const run = await aRun();
  const ledger = new Ledger(asGate);
  const by = await openLongLease(owner);
  const steps = ['one', 'other'].map((step) =>
    prepareCall(aCall({ ...run, stepPath: step as StepPath }), toBooks('http://127.0.0.1:1')),
  );
  const claimed = (made: PreparedCall): Promise<Claim> => claimOf(ledger, made, by);
  const isQuiet = async (): Promise<boolean> => {
    const quiet = await store.sweep.quietRuns({ tenant: run.tenant }, { quietMs: 60_000, limit: 3 });
    return quiet.length > 0;
  };
  for (const made of steps)
    await ledger.release(await claimed(made), { nothingLeft: false, sentence: 'The books answered 503.' });
  await expect(isQuiet()).resolves.toBe(false);
  await put(`update gate.run set updated_at = updated_at - interval '2 minutes' where tenant = $1`, run.tenant);
  const again = await Promise.all(steps.map(claimed));
  await expect(isQuiet()).resolves.toBe(true);
  for (const claim of again) await ledger.settle(claim, { state: 'committed', settlement: { result: 'booked' } });
  await expect(isQuiet()).resolves.toBe(false);
  await put(`update gate.run set updated_at = updated_at - interval '2 minutes' where tenant = $1`, run.tenant);
  const last = prepareCall(aCall({ ...run, stepPath: 'last' as StepPath }), toBooks('http://127.0.0.1:1'));
  await claimed(last);
  await expect(isQuiet()).resolves.toBe(false);
});

test('what has expired is removed in batches, and what counts still is not [stuck.expired]', async () => {
  const { tenant } = await aRun();
  await store.once.take({ tenant, kind: 'nonce', id: 'old', expiresAt: new Date(Date.now() + 60_000) });
  await store.once.take({ tenant, kind: 'nonce', id: 'new', expiresAt: new Date(Date.now() + 60_000) });
  await put(
    `update gate.seen set expires_at = clock_timestamp() - interval '2 hours' where tenant = $1 and id = 'old'`,
    tenant,
  );
  for (const messageId of ['old', 'new'])
    await store.deliveries.take({ tenant, trigger: 'mail', messageId, bodyDigest: anIdentity(messageId) });
  await put(
    `update gate.delivery set received_at = clock_timestamp() - interval '91 days' where tenant = $1 and message_id = 'old'`,
    tenant,
  );
  await owner.query(callOf('open_lease', 2), [`dead-${tenant}`, 'test']);
  await setLease(owner, `dead-${tenant}`, '-2 minutes');
  const retention = { deliveryMs: 90 * 86_400_000, tokenMs: 1e12, alarmMs: 1e12 };
  await store.sweep.purge(retention, 500);
  expect(await count('select count(*) from gate.seen where tenant = $1', tenant)).toBe(1);
  expect(await count('select count(*) from gate.delivery where tenant = $1', tenant)).toBe(1);
  expect(await count('select count(*) from gate.worker_lease where owner = $1', `dead-${tenant}`)).toBe(0);
});

test('the row of a run that Temporal has no longer ends once, and what it held is let go [stuck.projection]', async () => {
  const run = await aRun();
  const ledger = new Ledger(asGate);
  const by = await openLongLease(owner);
  const call = aCall({ ...run, class: 'D', identity: anIdentity('held'), stepPath: 'held' as StepPath });
  const made = prepareCall(call, toBooks('http://127.0.0.1:1'));
  await ledger.claim(made, by);
  await setLease(owner, by, '-1 second');
  const repair = { ...run, status: 'failed', code: 'terminated', sentence: 'Ended.' } as const;
  await expect(store.sweep.repair(repair)).resolves.toBe(true);
  await expect(store.sweep.repair({ ...repair, code: 'lost' })).resolves.toBe(false);
  await expect(store.runs.find(run.tenant, run.runId)).resolves.toMatchObject({
    endCode: 'terminated',
    status: 'failed',
  });
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({ holds: null });
  await expect(ledger.claim(made, await openLongLease(owner))).resolves.toEqual({ kind: 'run-ended' });
});

async function openOf(tenant: Tenant): Promise<Awaited<ReturnType<typeof store.alarms.open>>> {
  return (await store.alarms.open({ tenant })).filter((alarm) => alarm.tenant === tenant);
}

let second: Database | undefined;
afterAll(() => second?.close());

function databaseOf(): Database {
  return (second ??= databaseAs('gate'));
}
