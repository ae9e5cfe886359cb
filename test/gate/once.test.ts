import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ClientStore, openClientStore } from '../../gate/client-store.ts';
import type { Database } from '../../gate/database.ts';
import { sharedStack } from '../stack-addresses.ts';
import { databaseAs, newTenant } from './fixture.ts';

let owner: Database;
let store: ClientStore;

beforeAll(async () => {
  owner = databaseAs('owner');
  store = await openClientStore({ databaseUrl: sharedStack().database.clientUrl, poolSize: 10 });
});
afterAll(async () => {
  await Promise.all([owner.close(), store.close()]);
});

const inAMinute = (): Date => new Date(Date.now() + 60_000);

async function countOf(tenant: string): Promise<number | undefined> {
  const text = 'select count(*)::integer as count from gate.seen where tenant = $1';
  const [row] = await owner.query<{ count: number }>({ name: 'test.seen', text }, [tenant]);
  return row?.count;
}

test('of 50 who take one thing at once one gets it, and nobody afterwards [tokens.once]', async () => {
  const thing = { tenant: newTenant(), kind: 'log-in', id: randomBytes(9).toString('hex'), expiresAt: inAMinute() };
  const taken = await Promise.all(Array.from({ length: 50 }, () => store.once.take(thing)));
  expect(taken.filter(Boolean)).toHaveLength(1);
  await expect(store.once.take(thing)).resolves.toBe(false);
  for (const other of [{ tenant: newTenant() }, { kind: 'other' }, { id: 'other' }]) {
    await expect(store.once.take({ ...thing, ...other })).resolves.toBe(true);
  }
});

test('what is over is taken by nobody, so that forgetting it gives it to nobody [tokens.once]', async () => {
  const thing = { tenant: newTenant(), kind: 'log-in', id: '1', expiresAt: new Date(Date.now() - 1_000) };
  await expect(store.once.take(thing)).resolves.toBe(false);
  await expect(countOf(thing.tenant)).resolves.toBe(0);
});

test('what was over an hour ago is forgotten, twenty at a time, as others are taken', async () => {
  const tenant = newTenant();
  const old = `insert into gate.seen select $1, 'log-in', 'old-' || n, clock_timestamp() - interval '61 minutes' from generate_series(1, 45) n
    union all select $1, 'log-in', 'new-' || n, clock_timestamp() - interval '59 minutes' from generate_series(1, 5) n`;
  await owner.query({ name: 'test.old', text: old }, [tenant]);
  for (const [index, left] of [31, 12, 8, 9].entries()) {
    await store.once.take({ tenant, kind: 'log-in', id: `${index}`, expiresAt: inAMinute() });
    await expect(countOf(tenant)).resolves.toBe(left);
  }
});

test('a kind or an id out of bounds is refused', async () => {
  const thing = { tenant: newTenant(), kind: 'log-in', id: '1', expiresAt: inAMinute() };
  for (const part of [{ kind: '' }, { id: '' }, { id: 'x'.repeat(201) }]) {
    await expect(store.once.take({ ...thing, ...part })).rejects.toMatchObject({ code: 'invalid-input' });
  }
});
