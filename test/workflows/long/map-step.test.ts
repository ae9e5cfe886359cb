import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../../fixtures/eventually.ts';
import { calls } from '../../fixtures/scripted-model.ts';
import type { Received } from '../../fixtures/receiver.ts';
import { type LongRun, type LongUnderTest, startLong } from './long-under-test.ts';

const MANY = 1_000;
const KILLED_AT = 150;
const ENOUGH_MS = 240_000;

let long: LongUnderTest;

beforeAll(async () => {
  long = await startLong({ processes: 2 });
});

afterAll(async () => {
  await long.close();
});

function control(): { actor: string; tenant: LongUnderTest['engine']['tenant'] } {
  return { actor: 'ada', tenant: long.engine.tenant };
}

function itemOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'item' in body ? String(body.item) : '';
}

/** What came to the receiver for a run. */
function receivedOf({ name }: LongRun): readonly Received[] {
  return long.receiver.received.filter(
    ({ body }) => typeof body === 'object' && body !== null && 'run' in body && body.run === name,
  );
}

function itemsOf(run: LongRun): readonly string[] {
  return receivedOf(run).map(({ body }) => itemOf(body));
}

test(
  'a map over 1,000 items with a worker killed in the middle does each once and gives all outputs in order [long-run.map] [long-run.children]',
  async () => {
    long.receiver.behave(({ body }) => ({ status: 200, body: { id: `stamped ${itemOf(body)}` } }));
    const run = await long.start('map', MANY);
    await eventually(() => receivedOf(run)[KILLED_AT]);
    await long.engine.workers[0]?.kill();
    await long.engine.startWorker(0);
    const ended = await long.ended(run, ENOUGH_MS);
    expect(ended.end).toBeUndefined();
    expect(await long.result(run)).toEqual(
      Array.from({ length: MANY }, (_, index) => ({ id: `stamped item-${index}` })),
    );
    // Each key once: what was sent again after the kill was the same effect.
    const keys = new Set(receivedOf(run).map(({ key }) => key));
    expect(keys.size).toBe(MANY);
    expect(long.receiver.effects.filter((key) => keys.has(key))).toHaveLength(MANY);
    expect(new Set(itemsOf(run)).size).toBe(MANY);
    const executions = await long.executions(run.runId);
    expect(executions).toHaveLength(1 + MANY / 40);
    expect(Math.max(...executions.map(({ events }) => events))).toBeLessThan(400);
    expect(executions.find(({ workflowId }) => workflowId === run.runId)?.events).toBeLessThan(50);
  },
  ENOUGH_MS,
);

test('a map has at most its window under way, and takes a small list by value [long-run.map]', async () => {
  long.receiver.behave(({ body }) => ({ status: 200, body: { id: itemOf(body) }, delayMs: 500 }));
  const run = await long.start('map-by-value');
  expect((await long.ended(run)).end).toBeUndefined();
  expect(await long.result(run)).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
  const [first = 0, second = 0, third = 0] = receivedOf(run).map(({ at }) => at);
  expect(second - first).toBeLessThan(400);
  expect(third - first).toBeGreaterThanOrEqual(500);
});

test('with collect each item that fails is an outcome in its place, and the others go on [long-run.map]', async () => {
  const run = await long.start('collect', 45);
  expect(await long.ended(run)).toMatchObject({ status: 'completed' });
  const outcomes = (await long.result(run)) as { key: string; kind: string }[];
  expect(outcomes.map(({ key }) => key)).toEqual(Array.from({ length: 45 }, (_, index) => `item-${index}`));
  expect(outcomes[3]).toEqual({ key: 'item-3', kind: 'rejected', sentence: 'known: item-3 is not on the list.' });
  expect(outcomes[4]).toEqual({ key: 'item-4', kind: 'committed', output: { item: 'item-4', run: run.name } });
  expect(outcomes.filter(({ kind }) => kind === 'rejected')).toHaveLength(5);
});

test('the first item that fails ends the run with its code, when those under way have ended [long-run.map]', async () => {
  long.receiver.behave(({ body }) => {
    const item = itemOf(body);
    return item === 'item-2' ? { status: 422, body: {} } : { status: 200, body: { id: item }, delayMs: 700 };
  });
  const run = await long.start('map', 100);
  expect(await long.ended(run)).toMatchObject({ status: 'failed', end: { code: 'refused-by-receiver' } });
  expect(itemsOf(run).toSorted()).toEqual(Array.from({ length: 10 }, (_, index) => `item-${index}`));
});

test.each([
  ['same-keys', 'The items 4 and 5 of the map over "stamp" have the same item "item-3"; each needs one of its own.'],
  ['no-list', 'What "stamp" was to be mapped over is no list; hand mapStep a list.'],
] as const)(
  'a list that cannot be mapped over ends the run before any effect: %s [long-run.map]',
  async (scenario, sentence) => {
    const run = await long.start(scenario, 5);
    expect((await long.ended(run)).end).toEqual({ code: 'invalid-input', sentence });
    expect(itemsOf(run)).toEqual([]);
  },
);

test('a map over an agent gives each item turns of its own; pause and cancel reach all of them [long-run.steered]', async () => {
  const since = long.model.requests.length;
  const requests = (): number => long.model.requests.length - since;
  long.receiver.behave(({ path }) => ({ status: 200, body: { text: path }, delayMs: 300 }));
  long.model.script((_, turn) =>
    turn < 3
      ? calls({ name: 'look', arguments: { topic: `topic-${turn}` } })
      : calls({ name: 'submit', arguments: { topic: 'all', score: 5 } }),
  );
  const run = await long.start('map-agents', 8);
  await eventually(() => (requests() >= 10 ? true : undefined));
  await long.engine.client.pause(run.runId, control());
  await delay(1_000);
  const held = requests();
  await delay(1_500);
  expect(requests()).toBe(held);
  expect((await long.seen(run)).status).toBe('paused');
  await long.engine.client.resume(run.runId, control());
  await eventually(() => (requests() >= held + 4 ? true : undefined));
  long.model.script(() => 'hang');
  await delay(1_000);
  await long.engine.client.cancel(run.runId, control());
  expect(await long.ended(run)).toMatchObject({ status: 'cancelled', end: { code: 'cancelled' } });
  const open = await eventually(async () => {
    const running = (await long.executions(run.runId)).filter(({ status }) => status === 'RUNNING');
    return running.length === 0 ? running : undefined;
  });
  expect(open).toEqual([]);
});
