import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { callKeyOf } from '../../domain/digest.ts';
import type { Json } from '../../domain/canonical.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Adapter, Call } from '../../gate/call.ts';
import type { Database } from '../../gate/database.ts';
import type { Gate } from '../../gate/index.ts';
import { Ledger } from '../../gate/ledger.ts';
import { prepareCall } from '../../gate/prepared-call.ts';
import {
  aCall,
  anIdentity,
  databaseAs,
  gateAt,
  ledgerRow,
  never,
  openLongLease,
  posting,
  setLease,
  settled,
  toBooks,
  claimOf,
} from './fixture.ts';
import { json, type Receiver, receiver } from './receiver.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

let books: Receiver;
let gate: Gate;
let owner: Database;

beforeAll(async () => {
  owner = databaseAs('owner');
  books = await receiver((_, response) => json(response, 201, { id: 1 }));
  gate = await gateAt(books.address, { label: 'clock' });
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  await gate.close();
  await books.close();
  await owner.close();
});

// What a clock that jumps does to the leases that are there: all of them end that much earlier or later than was meant.
async function moveDatabaseClock(label: string, by: string): Promise<void> {
  const text = 'update gate.worker_lease set expires_at = expires_at - $2::interval where label = $1';
  await owner.query({ name: 'test.move_clock', text }, [label, by]);
}

test('a call of a dead worker is taken over within two seconds although the clock of the database was set back by a day [gate.clock]', async () => {
  const call = aCall();
  const database = databaseAs('gate');
  const dead = await openLongLease(owner);
  await new Ledger(database).claim(prepareCall(call, toBooks(books.address)), dead);
  await database.close();
  await setLease(owner, dead, '1 day');
  const since = performance.now();
  await expect(gate.perform(call, posting, { signal: never })).resolves.toMatchObject({ kind: 'committed' });
  expect(performance.now() - since).toBeLessThan(10_000);
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({ takeovers: 1 });
  expect(books.sentWith(callKeyOf(call))).toBe(1);
});

test('a living worker keeps its calls when the clock of the database is set back by a day [gate.clock]', async () => {
  const slow = await gateAt(books.address, { label: 'set-back' });
  const call = aCall();
  const sends = slow.perform(
    call,
    {
      send: async ({ http, key }) => {
        await moveDatabaseClock('set-back', '-1 day');
        // Somebody else who looks at the call meanwhile, and for longer than a lease lives.
        const others = gate.perform(call, posting, { signal: AbortSignal.timeout(1_500) });
        await expect(others).rejects.toThrow('timeout');
        return settled(await http.post('/bookings', {}, { key }));
      },
    },
    { signal: never },
  );
  await expect(sends).resolves.toMatchObject({ kind: 'committed' });
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({ takeovers: 0, fence_token: 1 });
  expect(books.sentWith(callKeyOf(call))).toBe(1);
  await slow.close();
});

test('a worker whose lease ended early, since the clock of the database was set forward by a day, sends nothing under it and goes on with a new one [gate.clock]', async () => {
  const surprised = await gateAt(books.address, { label: 'set-forward' });
  const call = aCall({ class: 'D' });
  const key = callKeyOf(call);
  const cutOff = surprised.perform(
    call,
    {
      send: async ({ http }) => {
        await moveDatabaseClock('set-forward', '1 day');
        return settled(await http.post('/bookings', {}, { key }));
      },
    },
    { signal: never },
  );
  await expect(cutOff).rejects.toMatchObject({ code: 'lease-lost' });
  expect(books.sentWith(key)).toBe(0);
  await expect(surprised.perform(call, posting, { signal: never })).resolves.toMatchObject({ kind: 'committed' });
  expect(books.sentWith(key)).toBe(1);
  await surprised.close();
});

// A worker that exposed its call died, the clock of the database was set back by an hour, and who took the call over sent nothing.
async function givenUpAfterSetBack(call: Call): Promise<void> {
  const database = databaseAs('gate');
  const ledger = new Ledger(database);
  const made = prepareCall(call, toBooks(books.address));
  const [dead, next] = [await openLongLease(owner), await openLongLease(owner)];
  const first = await claimOf(ledger, made, dead);
  if (call.class === 'C') await ledger.markSent(first);
  const text = `update gate.call set owned_at = owned_at + interval '1 hour', exposed_at = exposed_at + interval '1 hour'
    where tenant = $1 and call_key = $2`;
  await owner.query({ name: 'test.set_back', text }, [call.tenant, made.callKey]);
  await setLease(owner, dead, '-1 second');
  const second = await claimOf(ledger, made, next);
  await ledger.release(second, { nothingLeft: true, sentence: 'The receiver could not be asked.' });
  await setLease(owner, next, '-1 second');
  await database.close();
}

test('a call of class C that may have left before the clock of the database was set back by an hour is asked about and not sent again [gate.clock]', async () => {
  const call = aCall({ class: 'C' });
  await givenUpAfterSetBack(call);
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({ state: 'sent', exposed_at: expect.any(Date) });
  const asked = gate.perform(call, { ...posting, reconcile: async () => settled('found') }, { signal: never });
  await expect(asked).resolves.toEqual({ kind: 'committed', value: { answer: '"found"' } });
  expect(books.sentWith(callKeyOf(call))).toBe(0);
});

test.each(['A', 'B'] as const)(
  'a call of class %s that may have left before the clock of the database was set back by an hour keeps its identity from others [gate.clock]',
  async (effectClass) => {
    const identity = anIdentity('one booking');
    const call = aCall({ class: effectClass, identity });
    await givenUpAfterSetBack(call);
    await expect(ledgerRow(owner, call)).resolves.toMatchObject({ holds: identity, exposed_at: expect.any(Date) });
    const other = aCall({ tenant: call.tenant, class: effectClass, identity });
    await expect(gate.perform(other, posting, { signal: never })).resolves.toMatchObject({ kind: 'conflict' });
    expect(books.sentWith(callKeyOf(other))).toBe(0);
  },
);

// As an activity does: what could not be asked, such as over a connection that had been idle for long, is asked again.
async function performed(call: Call, adapter: Adapter): Promise<Outcome<Json>> {
  let outcome = await gate.perform(call, adapter, { signal: never });
  for (let asked = 1; outcome.kind === 'unavailable' && asked < 3; asked += 1) {
    outcome = await gate.perform(call, adapter, { signal: never });
  }
  return outcome;
}

test.each([DAY_MS, -DAY_MS])(
  "a worker's own clock that jumps by %d ms keeps no call from being sent, and has its effect once [gate.clock]",
  async (jump) => {
    const call = aCall();
    const real = Date.now;
    const jumping: Adapter = {
      send: async ({ http, key }) => {
        jest.spyOn(Date, 'now').mockImplementation(() => real() + jump);
        return settled(await http.post('/bookings', {}, { key }));
      },
    };
    await expect(performed(call, jumping)).resolves.toMatchObject({ kind: 'committed' });
    const next = aCall();
    await expect(performed(next, posting)).resolves.toMatchObject({ kind: 'committed' });
    expect([call, next].map((one) => books.sentWith(callKeyOf(one)))).toEqual([1, 1]);
  },
);
