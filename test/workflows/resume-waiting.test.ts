import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../fixtures/eventually.ts';
import { type DeskUnderTest, startDesk, submit } from './desk-under-test.ts';

let desk: DeskUnderTest;

beforeAll(async () => {
  desk = await startDesk();
});

afterAll(async () => {
  await desk.close();
});

test('resuming a run that waits for an endpoint asks the endpoint again at once [workflow.pause]', async () => {
  const { client, tenant, model } = desk;
  // An endpoint that asks for ten minutes of patience is not asked again by itself within this test.
  model.script(() => ({ status: 429, text: 'later', retryAfter: 600 }));
  const started = await desk.start('ask');
  await eventually(async () => {
    const seen = await client.view(started.runId, { tenant });
    return seen.status === 'waiting' ? seen : undefined;
  });
  model.script(() => submit({ topic: 'rain', score: 5 }));
  await client.resume(started.runId, { tenant, actor: 'test' });
  expect((await desk.ended(started)).status).toBe('completed');
});
