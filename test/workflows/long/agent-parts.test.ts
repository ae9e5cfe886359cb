import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { calls } from '../../fixtures/scripted-model.ts';
import { type LongUnderTest, startLong } from './long-under-test.ts';

let long: LongUnderTest;

beforeAll(async () => {
  long = await startLong();
});

afterAll(async () => {
  await long.close();
});

test('an agent of 45 turns goes on in parts after its 20th, as one run with one transcript [long-run.agent]', async () => {
  long.model.script((_, turn) =>
    turn < 45
      ? calls({ name: 'look', arguments: { topic: `topic-${turn}` } })
      : calls({ name: 'submit', arguments: { topic: 'all', score: 5 } }),
  );
  const run = await long.start('ask');
  const ended = await long.ended(run);
  expect(ended.end).toBeUndefined();
  expect(ended).toMatchObject({ status: 'completed', turns: 45, modelCalls: 45 });
  expect(await long.executions(run.runId)).toEqual([]);
});
