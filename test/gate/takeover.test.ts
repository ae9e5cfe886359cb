import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { callKeyOf } from '../../domain/digest.ts';
import type { Database } from '../../gate/database.ts';
import { type Adapter, type Gate } from '../../gate/index.ts';
import { Ledger } from '../../gate/ledger.ts';
import { prepareCall } from '../../gate/prepared-call.ts';
import type { Destinations } from '../../gate/destinations.ts';
import {
  aCall,
  databaseAs,
  gateAt,
  ledgerRow,
  never,
  openLongLease,
  posting,
  setLease,
  toBooks,
  settled,
  claimOf,
} from './fixture.ts';
import { json, type Receiver, receiver } from './receiver.ts';

let books: Receiver;
let gate: Gate;
let owner: Database;

beforeAll(async () => {
  owner = databaseAs('owner');
  books = await receiver((request, response) => {
    json(response, 201, { path: request.path });
  });
  gate = await gateAt(books.address);
});
afterAll(async () => {
  await gate.close();
  await books.close();
  await owner.close();
});

const destinations = (): Destinations => toBooks(books.address);

async function dieAfter(call: ReturnType<typeof aCall>, how: 'claim' | 'mark', ageHours = 0): Promise<void> {
  const database = databaseAs('gate');
  const ledger = new Ledger(database);
  const by = await openLongLease(owner);
  const made = prepareCall(call, destinations());
  const claim = await claimOf(ledger, made, by);
  if (how === 'mark') await ledger.markSent(claim);
  const text = `update gate.call set exposed_at = exposed_at - make_interval(hours => $3) where tenant = $1 and call_key = $2`;
  await owner.query({ name: 'test.age', text }, [call.tenant, made.callKey, ageHours]);
  await setLease(owner, by, '-1 second');
  await database.close();
}

test('a call whose owner died is sent again under the same key: class A within the life of the key, class B, reads [gate.takeover]', async () => {
  const calls = [aCall(), aCall({ class: 'B' }), aCall({ effect: 'read' })];
  for (const call of calls) {
    await dieAfter(call, 'claim');
    await expect(gate.perform(call, posting, { signal: never })).resolves.toMatchObject({ kind: 'committed' });
    await expect(ledgerRow(owner, call)).resolves.toMatchObject({ fence_token: 2, takeovers: 1 });
  }
  expect(calls.map((call) => books.sentWith(callKeyOf(call)))).toEqual([1, 1, 1]);
});

test('a call whose owner died is unknown in class A when the receiver has forgotten the key, and reconciled where that is possible', async () => {
  const [forgotten, asked] = [aCall({ keyTtlMs: 3_600_000 }), aCall({ keyTtlMs: 3_600_000 })];
  await dieAfter(forgotten, 'claim', 2);
  await dieAfter(asked, 'claim', 2);
  await expect(gate.perform(forgotten, posting, { signal: never })).resolves.toMatchObject({ kind: 'unknown' });
  const reconcile: Adapter = { ...posting, reconcile: async () => settled('found') };
  await expect(gate.perform(asked, reconcile, { signal: never })).resolves.toEqual({
    kind: 'committed',
    value: { answer: '"found"' },
  });
  expect([forgotten, asked].map((call) => books.sentWith(callKeyOf(call)))).toEqual([0, 0]);
});

test('a call whose owner died is asked for at the receiver in class C: what it did is settled, what it did not do is sent', async () => {
  const [done, undone, unmarked] = [aCall({ class: 'C' }), aCall({ class: 'C' }), aCall({ class: 'C' })];
  await dieAfter(done, 'mark');
  await dieAfter(undone, 'mark');
  await dieAfter(unmarked, 'claim');
  await expect(
    gate.perform(done, { ...posting, reconcile: async () => settled('done') }, { signal: never }),
  ).resolves.toEqual({ kind: 'committed', value: { answer: '"done"' } });
  await expect(
    gate.perform(undone, { ...posting, reconcile: async () => undefined }, { signal: never }),
  ).resolves.toMatchObject({ kind: 'committed' });
  const never_ = (): Promise<never> => Promise.reject(new Error('A call that was never marked needs no question.'));
  await expect(gate.perform(unmarked, { ...posting, reconcile: never_ }, { signal: never })).resolves.toMatchObject({
    kind: 'committed',
  });
  expect([done, undone, unmarked].map((call) => books.sentWith(callKeyOf(call)))).toEqual([0, 1, 1]);
});

test('a call that ends by a bug of this process is given back at once, and known to be unsent or not', async () => {
  for (const [point, sends, outcome] of [
    ['after-claim', 1, 'committed'],
    ['answered', 1, 'unknown'],
  ] as const) {
    const buggy = await gateAt(books.address, {
      at: (reached) => {
        if (reached === point) throw new TypeError('a bug');
      },
    });
    const call = aCall({ class: 'D' });
    await expect(buggy.perform(call, posting, { signal: never })).rejects.toThrow(new TypeError('a bug'));
    await expect(gate.perform(call, posting, { signal: never })).resolves.toMatchObject({ kind: outcome });
    expect(books.sentWith(callKeyOf(call))).toBe(sends);
    await buggy.close();
  }
});

test('a call whose owner died is unknown in class D when it was marked as sent, for a person to decide, and sent when it was not [gate.doubt-to-a-person]', async () => {
  const [marked, unmarked] = [aCall({ class: 'D' }), aCall({ class: 'D' })];
  await dieAfter(marked, 'mark');
  await dieAfter(unmarked, 'claim');
  const unknown = {
    kind: 'unknown',
    sentence: expect.stringMatching(/cannot be repeated safely \(class D\); a person must look/),
  };
  await expect(gate.perform(marked, posting, { signal: never })).resolves.toEqual(unknown);
  await expect(gate.perform(marked, posting, { signal: never })).resolves.toEqual(unknown);
  await expect(gate.perform(unmarked, posting, { signal: never })).resolves.toMatchObject({ kind: 'committed' });
  expect([marked, unmarked].map((call) => books.sentWith(callKeyOf(call)))).toEqual([0, 1]);
});
