import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { callKeyOf } from '../../domain/digest.ts';
import type { Database } from '../../gate/database.ts';
import type { Adapter, Gate } from '../../gate/index.ts';
import { Lease, LEASE_MS } from '../../gate/lease.ts';
import { aCall, databaseAs, gateAt, ledgerRow, never, posting, setLease, settled } from './fixture.ts';
import { freeze } from './freeze.ts';
import { json, type Receiver, receiver } from './receiver.ts';

const LONGER_THAN_A_LEASE = LEASE_MS + 300;

let books: Receiver;
let gate: Gate;
let owner: Database;

beforeAll(async () => {
  owner = databaseAs('owner');
  books = await receiver((request, response) => {
    if (request.path !== '/hang') json(response, 201, { id: 1 });
  });
  gate = await gateAt(books.address, { label: 'lease-test' });
});
afterAll(async () => {
  await gate.close();
  await books.close();
  await owner.close();
});

const OWNERS = {
  name: 'test.owners',
  text: `select owner from gate.worker_lease where label = $1 and expires_at > clock_timestamp()`,
};
const liveOwner = async (label: string): Promise<string> =>
  (await owner.query<{ owner: string }>(OWNERS, [label]))[0]?.owner ?? 'none';

test('a process that stood still for longer than its lease sends nothing of what it had claimed before, and carries it out as a new owner [gate.lease-lost]', async () => {
  const before = await liveOwner('lease-test');
  let frozen = false;
  const standing = await gateAt(books.address, {
    label: 'standing',
    at: (point) => {
      if (point !== 'after-claim' || frozen) return;
      frozen = true;
      freeze(LONGER_THAN_A_LEASE);
    },
  });
  const call = aCall();
  await expect(standing.perform(call, posting, { signal: never })).rejects.toMatchObject({ code: 'lease-lost' });
  expect(books.sentWith(callKeyOf(call))).toBe(0);
  await expect(standing.perform(call, posting, { signal: never })).resolves.toMatchObject({ kind: 'committed' });
  expect(books.sentWith(callKeyOf(call))).toBe(1);
  await expect(liveOwner('lease-test')).resolves.not.toBe(before);
  await standing.close();
});

test('a process that stood still for longer than its lease lets no byte of a request leave that was dispatched before and connects after [gate.lease-lost]', async () => {
  const bytes: Buffer[] = [];
  const sockets = new Set<Socket>();
  const raw = createServer((socket) => sockets.add(socket.on('data', (chunk) => bytes.push(chunk)))).listen(
    0,
    '127.0.0.1',
  );
  await once(raw, 'listening');
  const address = raw.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const standing = await gateAt(`http://127.0.0.1:${port}`);
  const call = aCall({ class: 'D' });
  const dispatchesAndFreezes: Adapter = {
    send: async ({ http }) => {
      const answer = http.post('/bookings', {});
      await sleep(20);
      return settled(await answer);
    },
  };
  const frozenAtConnect = once(raw, 'connection').then(() => freeze(LONGER_THAN_A_LEASE));
  const outcome = standing.perform(call, dispatchesAndFreezes, { signal: never });
  outcome.catch(() => undefined);
  await frozenAtConnect;
  await expect(outcome).rejects.toMatchObject({ code: 'lease-lost' });
  await sleep(100);
  expect(Buffer.concat(bytes).toString()).toBe('');
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({ state: 'claimed', owner: null, exposed_at: null });
  await standing.close();
  for (const socket of sockets) socket.destroy();
  raw.close();
});

test('a process that stood still for longer than its lease aborts what is in flight, closes it on the wire, and repeats it under the same key', async () => {
  const call = aCall();
  const before = books.abandoned();
  const hanging: Adapter = { send: async ({ http, key }) => settled(await http.post('/hang', {}, { key })) };
  const outcome = gate.perform(call, hanging, { signal: never });
  outcome.catch(() => undefined);
  while (books.sentWith(callKeyOf(call)) === 0) await sleep(5);
  freeze(LONGER_THAN_A_LEASE);
  await expect(outcome).rejects.toMatchObject({ code: 'lease-lost' });
  await sleep(50);
  expect(books.abandoned()).toBe(before + 1);
  await expect(gate.perform(call, posting, { signal: never })).resolves.toMatchObject({ kind: 'committed' });
  expect(books.sentWith(callKeyOf(call))).toBe(2);
});

test('an owner whose lease the database no longer grants learns it from the next renewal and aborts what is in flight', async () => {
  const other = await gateAt(books.address, { label: 'refused' });
  const hanging: Adapter = { send: async ({ http }) => settled(await http.post('/hang', {})) };
  const outcome = other.perform(aCall(), hanging, { signal: never });
  outcome.catch(() => undefined);
  await sleep(100);
  const from = performance.now();
  await setLease(owner, await liveOwner('refused'), '-1 second');
  await expect(outcome).rejects.toMatchObject({ code: 'lease-lost' });
  expect(performance.now() - from).toBeLessThan(700);
  await expect(other.perform(aCall(), posting, { signal: never })).resolves.toMatchObject({ kind: 'committed' });
  await other.close();
});

test('a lease is counted from when its renewal was sent, not from when it was granted', () => {
  const lease = new Lease('owner' as never, performance.now() - LEASE_MS + 100);
  expect(lease.isLive()).toBe(true);
  freeze(60);
  expect(lease.isLive()).toBe(false);
  expect(lease.lost.aborted).toBe(false);
  lease.extend(performance.now() - LEASE_MS + 500);
  expect(lease.isLive()).toBe(true);
  lease.lose();
});

test('a lease never lives again once it is lost', () => {
  const lease = new Lease('owner' as never, performance.now());
  lease.lose();
  lease.extend(performance.now());
  expect(lease.isLive()).toBe(false);
  expect(lease.lost.reason).toMatchObject({ code: 'lease-lost' });
});

test('a lease that is given back lets others take its calls over at once', async () => {
  const closing = await gateAt(books.address, { label: 'closing' });
  await expect(liveOwner('closing')).resolves.not.toBe('none');
  await closing.close();
  await expect(liveOwner('closing')).resolves.toBe('none');
});

test('a process that stalls for less than its lease, again and again, keeps it', async () => {
  const stalling = await gateAt(books.address, { label: 'stalling' });
  const before = await liveOwner('stalling');
  for (let stall = 0; stall < 4; stall += 1) {
    freeze(LEASE_MS * 0.6);
    await sleep(120);
  }
  await expect(stalling.perform(aCall(), posting, { signal: never })).resolves.toMatchObject({ kind: 'committed' });
  await expect(liveOwner('stalling')).resolves.toBe(before);
  await stalling.close();
});
