import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { StepPath } from '../../domain/ids.ts';
import { type ClientStore, openClientStore } from '../../gate/client-store.ts';
import type { Database } from '../../gate/database.ts';
import type { Destinations } from '../../gate/destinations.ts';
import type { Gate } from '../../gate/index.ts';
import { Ledger } from '../../gate/ledger.ts';
import { prepareCall } from '../../gate/prepared-call.ts';
import { eventually } from '../fixtures/eventually.ts';
import { sharedStack } from '../stack-addresses.ts';
import {
  aCall,
  anIdentity,
  connectAs,
  databaseAs,
  enteredRun,
  gateAt,
  ledgerRow,
  never,
  openLongLease,
  posting,
  setLease,
  toBooks,
  tokenOf,
  claimOf,
} from './fixture.ts';
import { json, type Receiver, receiver } from './receiver.ts';

let books: Receiver;
let gate: Gate;
let owner: Database;
let asGate: Database;
let store: ClientStore;

beforeAll(async () => {
  owner = databaseAs('owner');
  asGate = databaseAs('gate');
  store = await openClientStore({ databaseUrl: sharedStack().database.clientUrl });
  books = await receiver((_, response) => json(response, 201, { id: 1 }));
  gate = await gateAt(books.address);
});
afterAll(async () => {
  await gate.close();
  await books.close();
  await store.close();
  await asGate.close();
  await owner.close();
});

function aRun(): ReturnType<typeof enteredRun> {
  return enteredRun(store);
}

const destinations = (): Destinations => toBooks(books.address);

// Each statement waits behind the one before: first for the run's row, which a transaction of the test holds until all of them wait.
async function whileRunIsLocked(
  { tenant, runId }: { tenant: string; runId: string },
  statements: readonly (() => Promise<unknown>)[],
): Promise<readonly unknown[]> {
  const holder = await connectAs('owner');
  await holder.query('begin');
  await holder.query('select from gate.run where tenant = $1 and run_id = $2 for update', [tenant, runId]);
  const {
    rows: [held],
  } = await holder.query<{ pid: number }>('select pg_backend_pid() as pid');
  const behind = `with recursive behind (pid) as (
      select $1::integer union
      select a.pid from pg_stat_activity a join behind b on b.pid = any(pg_blocking_pids(a.pid))
    ) select count(*)::integer - 1 as waiting from behind`;
  const begun: Promise<unknown>[] = [];
  for (const statement of statements) {
    begun.push(statement());
    await eventually(async () => {
      const [row] = await owner.query<{ waiting: number }>({ name: 'test.behind', text: behind }, [held?.pid]);
      return row?.waiting === begun.length ? true : undefined;
    });
  }
  await holder.query('commit');
  await holder.end();
  return Promise.all(begun);
}

async function isLeftover(tenant: string): Promise<boolean> {
  const text = 'select call_key from gate.leftover where tenant = $1';
  return (await owner.query({ name: 'test.leftovers_of', text }, [tenant])).length > 0;
}

test('a call that is claimed while its run ends is listed, and settled once its worker has died [stuck.leftovers]', async () => {
  const run = await aRun();
  const ledger = new Ledger(asGate);
  const by = await openLongLease(owner);
  const call = aCall({ ...run, class: 'A' });
  await whileRunIsLocked(run, [
    () => ledger.claim(prepareCall(call, destinations()), by),
    () => gate.runs.close({ ...run, status: 'cancelled' }),
  ]);
  await expect(isLeftover(run.tenant)).resolves.toBe(true);
  await setLease(owner, by, '-1 second');
  await expect(gate.leftovers.take(20, run.tenant)).resolves.toMatchObject([{ stepPath: call.stepPath }]);
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({ state: 'unknown', owner: null });
});

test('a call that was given up unsent before its run ended is not listed', async () => {
  const run = await aRun();
  const ledger = new Ledger(asGate);
  const by = await openLongLease(owner);
  const call = aCall({ ...run, class: 'D' });
  const made = prepareCall(call, destinations());
  const claim = await claimOf(ledger, made, by);
  await ledger.release(claim, { nothingLeft: true, sentence: 'The books cannot be reached.' });
  await gate.runs.close({ ...run, status: 'cancelled' });
  await expect(isLeftover(run.tenant)).resolves.toBe(false);
});

test('a call that is read back as something else after its run has ended is listed [stuck.leftovers]', async () => {
  const run = await aRun();
  const call = aCall({ ...run });
  await gate.perform(call, posting, { signal: never });
  await gate.runs.close({ ...run, status: 'cancelled' });
  await expect(isLeftover(run.tenant)).resolves.toBe(false);
  const { tenant, runId, stepPath } = call;
  await gate.settleReadBack({ tenant, runId, stepPath, sentence: 'The amount is 90.' });
  await expect(gate.leftovers.take(20, tenant)).resolves.toMatchObject([{ stepPath }]);
});

test.each(['A', 'D'] as const)(
  'a call of class %s of a run that has ended is not sent [gate.ended-run]',
  async (effectClass) => {
    const run = await aRun();
    const before = books.received.length;
    await gate.runs.close({ ...run, status: 'cancelled' });
    const call = aCall({ ...run, class: effectClass });
    await expect(gate.perform(call, posting, { signal: never })).rejects.toMatchObject({ code: 'run-ended' });
    expect(books.received).toHaveLength(before);
    await expect(ledgerRow(owner, call)).rejects.toThrow('no such call');
  },
);

test('a call that was settled answers its stored result also after its run has ended', async () => {
  const run = await aRun();
  const call = aCall({ ...run });
  const first = await gate.perform(call, posting, { signal: never });
  await gate.runs.close({ ...run, status: 'completed' });
  await expect(gate.perform(call, posting, { signal: never })).resolves.toEqual(first);
});

test('a call that was claimed when its run ended marks no bytes as leaving, and nobody takes it up again [gate.ended-run]', async () => {
  const run = await aRun();
  const ledger = new Ledger(asGate);
  const by = await openLongLease(owner);
  const call = aCall({ ...run, class: 'D' });
  const made = prepareCall(call, destinations());
  const claim = await claimOf(ledger, made, by);
  await gate.runs.close({ ...run, status: 'cancelled' });
  await expect(ledger.markSent(claim)).resolves.toBe(false);
  await expect(ledger.claim(made, by)).resolves.toEqual({ kind: 'run-ended' });
});

test('a call marks no bytes as leaving when its run ends just then [gate.ended-run]', async () => {
  const run = await aRun();
  const ledger = new Ledger(asGate);
  const by = await openLongLease(owner);
  const call = aCall({ ...run, class: 'D' });
  const made = prepareCall(call, destinations());
  const claim = await claimOf(ledger, made, by);
  const answers = await whileRunIsLocked(run, [
    () => gate.runs.close({ ...run, status: 'cancelled' }),
    () => ledger.markSent(claim),
  ]);
  expect(answers).toEqual([true, false]);
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({ state: 'claimed', exposed_at: null });
});

test.each([
  { class: 'A', state: 'unknown', answer: 'conflict' },
  { class: 'D', state: 'claimed', answer: 'claimed' },
] as const)(
  'an identity that a dead worker of an ended run still holds is settled when another run asks for it: class $class is $state',
  async ({ class: effectClass, state, answer }) => {
    const [run, other] = [await aRun(), await aRun()];
    const ledger = new Ledger(asGate);
    const [dying, living] = [await openLongLease(owner), await openLongLease(owner)];
    const identity = anIdentity('held');
    const held = aCall({ ...run, class: effectClass, identity });
    tokenOf(await ledger.claim(prepareCall(held, destinations()), dying));
    await gate.runs.close({ ...run, status: 'cancelled' });
    await setLease(owner, dying, '-1 second');
    const wanted = aCall({ ...other, tenant: run.tenant, class: effectClass, identity, stepPath: 'other' as StepPath });
    await expect(ledger.claim(prepareCall(wanted, destinations()), living)).resolves.toMatchObject({ kind: answer });
    await expect(ledgerRow(owner, held)).resolves.toMatchObject({ state });
  },
);
