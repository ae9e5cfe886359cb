import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { OwnerId } from '../../domain/ids.ts';
import type { Database } from '../../gate/database.ts';
import { Ledger } from '../../gate/ledger.ts';
import type { PreparedCall } from '../../gate/prepared-call.ts';
import { anIdentity, databaseAs, newTenant, openLongLease, prepared, claimOf } from './fixture.ts';

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

const identity = anIdentity('vendor 7, invoice 12');

test('an identity is held by one call; the others learn its run and step, and wait while it is under way', async () => {
  const by = await openLongLease(owner);
  const tenant = newTenant();
  const holder = prepared({ tenant, identity });
  const claim = await claimed(holder, by);
  const other = prepared({ tenant, identity });
  const named = { runId: holder.call.runId, stepPath: holder.call.stepPath };
  await expect(ledger.claim(other, by)).resolves.toEqual({
    kind: 'in-progress',
    holder: { ...named, state: 'claimed', result: null },
  });
  await ledger.settle(claim, { state: 'committed', settlement: { result: null } });
  await expect(ledger.claim(other, by)).resolves.toEqual({
    kind: 'conflict',
    holder: { ...named, state: 'committed', result: null },
  });
});

test('an identity is another one for another tool and for another tenant', async () => {
  const by = await openLongLease(owner);
  const tenant = newTenant();
  await claimed(prepared({ tenant, identity }), by);
  await expect(ledger.claim(prepared({ tenant, identity, name: 'pay' }), by)).resolves.toMatchObject({
    kind: 'claimed',
  });
  await expect(ledger.claim(prepared({ identity }), by)).resolves.toMatchObject({ kind: 'claimed' });
});

test('an identity is free again after a rejection, and the rejected call keeps its answer [gate.identity-freed]', async () => {
  const by = await openLongLease(owner);
  const tenant = newTenant();
  const refused = prepared({ tenant, identity });
  await ledger.settle(await claimed(refused, by), { state: 'rejected', status: 422, sentence: 'No such account.' });
  await expect(ledger.claim(prepared({ tenant, identity }), by)).resolves.toMatchObject({ kind: 'claimed' });
  await expect(ledger.claim(refused, by)).resolves.toMatchObject({
    kind: 'stored',
    call: { state: 'rejected', status: 422 },
  });
});

test('an identity is given up with a claim of which nothing left, and asked for again when that call comes back', async () => {
  const by = await openLongLease(owner);
  const tenant = newTenant();
  const unsent = prepared({ tenant, identity });
  await ledger.release(await claimed(unsent, by), { nothingLeft: true, sentence: 'unreachable' });
  const taker = await claimed(prepared({ tenant, identity }), by);
  await expect(ledger.claim(unsent, by)).resolves.toMatchObject({ kind: 'in-progress' });
  await ledger.settle(taker, { state: 'rejected', status: 400, sentence: 'no' });
  await expect(ledger.claim(unsent, by)).resolves.toMatchObject({ kind: 'taken-over', exposedMs: undefined });
});

test('an identity stays with a claim of which something left', async () => {
  const by = await openLongLease(owner);
  const tenant = newTenant();
  await ledger.release(await claimed(prepared({ tenant, identity }), by), {
    nothingLeft: false,
    sentence: 'no answer',
  });
  await expect(ledger.claim(prepared({ tenant, identity }), by)).resolves.toMatchObject({
    kind: 'conflict',
    holder: { state: 'claimed', result: null },
  });
});

test('an identity asked for by 20 calls at once is given to one [gate.identity-once]', async () => {
  const by = await openLongLease(owner);
  const tenant = newTenant();
  const answers = await Promise.all(Array.from({ length: 20 }, () => ledger.claim(prepared({ tenant, identity }), by)));
  expect(answers.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
  expect(answers.filter(({ kind }) => kind === 'in-progress')).toHaveLength(19);
});
