import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { digestOf } from '../../domain/digest.ts';
import { type ClientStore, type NewDelivery, openClientStore } from '../../gate/client-store.ts';
import { sharedStack } from '../stack-addresses.ts';
import { newRunId, newTenant } from './fixture.ts';

let store: ClientStore;

beforeAll(async () => {
  store = await openClientStore({ databaseUrl: sharedStack().database.clientUrl, poolSize: 10 });
});
afterAll(() => store.close());

function aDelivery(): NewDelivery {
  return { tenant: newTenant(), trigger: 'mails', messageId: '<1@example>', bodyDigest: digestOf('body') };
}

test('of 50 deliveries of one message at once one is new', async () => {
  const delivery = aDelivery();
  const taken = await Promise.all(Array.from({ length: 50 }, () => store.deliveries.take(delivery)));
  expect(taken.filter((one) => one === 'new')).toHaveLength(1);
  expect(taken.filter((one) => one !== 'new')).toEqual(Array.from({ length: 49 }, () => ({ sameBody: true })));
  for (const other of [{ tenant: newTenant() }, { trigger: 'other' }, { messageId: 'other' }]) {
    await expect(store.deliveries.take({ ...delivery, ...other })).resolves.toBe('new');
  }
});

test('a message that came before names the run that it started, and whether it is the same', async () => {
  const delivery = aDelivery();
  const runId = newRunId();
  await expect(store.deliveries.settle({ ...delivery, runId })).resolves.toBe(false);
  await store.deliveries.take(delivery);
  await expect(store.deliveries.settle({ ...delivery, runId })).resolves.toBe(true);
  await expect(store.deliveries.settle({ ...delivery, runId })).resolves.toBe(true);
  await expect(store.deliveries.settle({ ...delivery, runId: newRunId() })).resolves.toBe(false);
  await expect(store.deliveries.take(delivery)).resolves.toEqual({ runId, sameBody: true });
  const altered = { ...delivery, bodyDigest: digestOf('other') };
  await expect(store.deliveries.take(altered)).resolves.toEqual({ runId, sameBody: false });
});

test('a trigger or a message id out of bounds is refused', async () => {
  for (const part of [{ trigger: '' }, { messageId: '' }, { messageId: 'x'.repeat(201) }]) {
    const taken = store.deliveries.take({ ...aDelivery(), ...part });
    await expect(taken).rejects.toMatchObject({ code: 'invalid-input' });
  }
});
