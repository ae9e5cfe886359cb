import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { calls } from '../../fixtures/scripted-model.ts';
import { payloadsOf } from '../recorded-history.ts';
import { type LongUnderTest, startLong } from './long-under-test.ts';

const TEXT = 'rain '.repeat(20_480);

let long: LongUnderTest;

beforeAll(async () => {
  long = await startLong();
});

afterAll(async () => {
  await long.close();
});

test('results of 100 KB go by reference through a step, the items of a map and the turns of an agent [long-run.payloads]', async () => {
  expect(Buffer.byteLength(TEXT)).toBeGreaterThanOrEqual(100 * 1_024);
  long.receiver.behave(() => ({ status: 200, body: { text: TEXT } }));
  // Two such results are more than a model is shown, so that its own messages do not tell how often it asked.
  const fetched = (): number => long.receiver.received.filter(({ path }) => path.includes('of-turn')).length;
  long.model.script(() =>
    fetched() < 2
      ? calls({ name: 'fetch_text', arguments: { item: `of-turn-${fetched() + 1}`, run: 'large' } })
      : calls({ name: 'submit', arguments: { topic: 'rain', score: 5 } }),
  );
  const run = await long.start('large', 3);
  expect((await long.ended(run)).end).toBeUndefined();
  const items = long.receiver.received.map(({ path }) => new URL(path, 'http://receiver').searchParams.get('item'));
  // Those of the map side by side.
  expect([items[0], new Set(items.slice(1, 4)), items.slice(4)]).toEqual([
    'step',
    new Set(['item-0', 'item-1', 'item-2']),
    ['of-turn-1', 'of-turn-2'],
  ]);
  const told = long.model.requests.at(-1)?.messages.filter(({ role }) => role === 'tool');
  expect(told?.map(({ content }) => content)).toEqual([JSON.stringify({ text: TEXT })]);
  const { workflow } = long.temporal();
  const ids = (await long.executions(run.runId)).map(({ workflowId }) => workflowId);
  expect(ids).toEqual([run.runId, `${run.runId}~fetchText/map`]);
  for (const id of ids) {
    const history: unknown = JSON.parse(historyToJSON(await workflow.getHandle(id).fetchHistory()));
    expect(Math.max(...payloadsOf(history).map(({ length }) => length))).toBeLessThanOrEqual(8_192);
  }
});
