import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../gate/database.ts';
import type { Adapter, Call, Gate } from '../../gate/index.ts';
import { aCall, databaseAs, gateAt, ledgerRow, never, newTenant, anIdentity, posting, settled } from './fixture.ts';
import { json, type Receiver, receiver } from './receiver.ts';

let books: Receiver;
let gate: Gate;
let owner: Database;

beforeAll(async () => {
  owner = databaseAs('owner');
  books = await receiver(async (request, response) => {
    const wait = Number(request.path.split('/').at(-1));
    if (!Number.isFinite(wait)) return;
    await sleep(wait);
    json(response, 201, { id: 1 });
  });
  gate = await gateAt(books.address);
});
afterAll(async () => {
  await gate.close();
  await books.close();
  await owner.close();
});

const REASON = new Error('The run was cancelled.');
const postTo = (path: string): Adapter => ({
  send: async ({ http, key }) => settled(await http.post(path, {}, { key })),
});

/** Performs a call and cancels it once its bytes are at the receiver. */
async function cancelledInFlight(
  call: Call,
  adapter: Adapter,
): Promise<{ outcome: Promise<unknown>; ms: () => number }> {
  const cancel = new AbortController();
  const before = books.received.length;
  const outcome = gate.perform(call, adapter, { signal: cancel.signal });
  outcome.catch(() => undefined);
  while (books.received.length === before) await sleep(5);
  const from = performance.now();
  cancel.abort(REASON);
  return { outcome, ms: () => performance.now() - from };
}

test.each(['read', 'model'] as const)(
  'cancelling aborts a %s in flight at once, closes its request on the wire and leaves the call free',
  async (effect) => {
    const call = aCall({ effect });
    const before = books.abandoned();
    const { outcome, ms } = await cancelledInFlight(call, postTo('/hang'));
    await expect(outcome).rejects.toBe(REASON);
    expect(ms()).toBeLessThan(500);
    await sleep(50);
    expect(books.abandoned()).toBe(before + 1);
    await expect(ledgerRow(owner, call)).resolves.toMatchObject({ state: 'claimed', owner: null });
  },
);

test('cancelling lets a write whose bytes have left answer [gate.cancel]', async () => {
  const call = aCall();
  const { outcome } = await cancelledInFlight(call, postTo('/700'));
  await expect(outcome).resolves.toMatchObject({ kind: 'committed' });
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({ state: 'committed' });
});

test('cancelling makes a write unknown that has not answered five seconds later, also in class A [gate.cancel]', async () => {
  const call = aCall();
  const { outcome, ms } = await cancelledInFlight(call, postTo('/hang'));
  await expect(outcome).resolves.toMatchObject({
    kind: 'unknown',
    sentence: expect.stringContaining('The run was cancelled while the system "books" was carrying out post_booking'),
  });
  expect(ms()).toBeGreaterThan(4_500);
  expect(ms()).toBeLessThan(6_000);
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({ state: 'unknown' });
});

test('cancelling makes it unknown at its deadline when that comes first', async () => {
  const call = aCall({ timeoutMs: 400 });
  const { outcome } = await cancelledInFlight(call, postTo('/hang'));
  await expect(outcome).resolves.toMatchObject({ kind: 'unknown' });
});

test('cancelling keeps a refusal that arrives in time a refusal', async () => {
  const refusing = await receiver(async (_request, response) => {
    await sleep(200);
    json(response, 422, { message: 'no' });
  });
  const other = await gateAt(refusing.address);
  const cancel = new AbortController();
  const outcome = other.perform(aCall(), posting, { signal: cancel.signal });
  while (refusing.received.length === 0) await sleep(5);
  cancel.abort(REASON);
  await expect(outcome).resolves.toMatchObject({ kind: 'rejected', status: 422 });
  await other.close();
  await refusing.close();
});

test('cancelling begins no further request of a write', async () => {
  const call = aCall();
  const twice: Adapter = {
    send: async ({ http }) => {
      await http.post('/first/300', {});
      return settled(await http.post('/second/0', {}));
    },
  };
  const { outcome } = await cancelledInFlight(call, twice);
  await expect(outcome).resolves.toMatchObject({ kind: 'unknown' });
  expect(books.received.filter(({ path }) => path === '/second/0')).toEqual([]);
});

test('cancelling sends nothing of a write whose bytes have not left, and leaves the call free', async () => {
  const call = aCall({ class: 'D' });
  const cancel = new AbortController();
  const slow: Adapter = {
    send: async (context) => {
      await sleep(100);
      return posting.send(context);
    },
  };
  const before = books.received.length;
  const outcome = gate.perform(call, slow, { signal: cancel.signal });
  outcome.catch(() => undefined);
  await sleep(60);
  cancel.abort(REASON);
  await expect(outcome).rejects.toBe(REASON);
  await sleep(150);
  expect(books.received).toHaveLength(before);
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({ state: 'claimed', owner: null, exposed_at: null });
});

test('cancelling ends the wait for another call, and an aborted signal claims nothing', async () => {
  const [tenant, identity] = [newTenant(), anIdentity('waits')];
  const holder = gate.perform(aCall({ tenant, identity }), postTo('/600'), { signal: never });
  await sleep(50);
  const cancel = new AbortController();
  const waiting = gate.perform(aCall({ tenant, identity }), posting, { signal: cancel.signal });
  waiting.catch(() => undefined);
  await sleep(150);
  cancel.abort(REASON);
  await expect(waiting).rejects.toBe(REASON);
  await expect(gate.perform(aCall(), posting, { signal: cancel.signal })).rejects.toBe(REASON);
  await expect(holder).resolves.toMatchObject({ kind: 'committed' });
});
