import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../../fixtures/eventually.ts';
import { calls } from '../../fixtures/scripted-model.ts';
import { type LongUnderTest, startLong } from './long-under-test.ts';

let long: LongUnderTest;

beforeAll(async () => {
  long = await startLong();
});

afterAll(async () => {
  await long.close();
});

test('a fork is answered what people corrected in parts of the first run, each item its own, and asks nobody again [fork.prefix]', async () => {
  const { client, tenant } = long.engine;
  const by = { actor: 'ada', tenant };
  long.model.script(() => calls({ name: 'submit', arguments: { topic: 'all', score: 11 } }));
  const run = await long.start('map-agents', 2);
  const answered: string[] = [];
  while (answered.length < 2) {
    const question = await eventually(async () => {
      const asked = await client.question(run.runId, { tenant });
      return asked === undefined || answered.includes(asked.name) ? undefined : asked.name;
    });
    const output = { topic: question, score: 5 };
    await client.answer(run.runId, { ...by, question, answer: { kind: 'corrected', output }, evidence: 'read' });
    answered.push(question);
  }
  expect((await long.ended(run)).status).toBe('completed');
  const { length: asked } = long.model.requests;
  const fork = await client.fork(run.runId, by);
  const seen = await eventually(async () => {
    const now = await long.seen(fork);
    return now.status === 'completed' || now.waitingFor !== undefined ? now : undefined;
  });
  expect(seen).toMatchObject({ status: 'completed', modelCalls: 0 });
  expect(await long.result(fork)).toEqual([
    { topic: 'askItem:item-0', score: 5 },
    { topic: 'askItem:item-1', score: 5 },
  ]);
  expect(long.model.requests).toHaveLength(asked);
});
