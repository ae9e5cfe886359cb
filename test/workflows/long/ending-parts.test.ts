import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../../fixtures/eventually.ts';
import { type LongRun, type LongUnderTest, startLong } from './long-under-test.ts';

const ITEMS = 40;
const TURNS_AT_ONCE = 20;

let long: LongUnderTest;

beforeAll(async () => {
  long = await startLong();
});

afterAll(async () => {
  await long.close();
});

/** The Workflows of a run once Temporal lists it as ended. */
function workflowsOf({ runId }: LongRun): Promise<readonly string[]> {
  return eventually(async () => {
    const all = await long.executions(runId);
    const own = all.find(({ workflowId }) => workflowId === runId);
    return own === undefined || own.status === 'RUNNING' ? undefined : all.map(({ workflowId }) => workflowId);
  });
}

test('an agent whose 20th turn ends after the run began to end goes on in no part [workflow.beside]', async () => {
  // The agent would go on for ever; its 20th turn is under way when the step beside it ends the run.
  long.model.script((_, turn) => {
    const message = { role: 'assistant', content: `thinking ${turn}` };
    return { message, delayMs: turn === TURNS_AT_ONCE ? 5_000 : 0 };
  });
  const run = await long.start('ask-beside');
  await eventually(() => long.model.requests[TURNS_AT_ONCE - 1]);
  await long.engine.client.signal(run.runId, { name: 'fail', actor: 'ada', tenant: long.engine.tenant });
  expect(await long.ended(run)).toMatchObject({ status: 'failed', turns: TURNS_AT_ONCE, end: { code: 'invalid-job' } });
  expect(long.model.requests).toHaveLength(TURNS_AT_ONCE);
  expect(await workflowsOf(run)).toEqual([run.runId]);
});

test('a part whose start was under way when the run began to end hears of it, and goes on with no further step [workflow.beside]', async () => {
  // All items would take 20 s, less than what is under way gets to end by itself.
  long.receiver.behave(() => ({ status: 200, body: { id: 'stamped' }, delayMs: 500 }));
  const run = await long.start('map-beside', ITEMS);
  expect(await long.ended(run)).toMatchObject({ status: 'failed', end: { code: 'invalid-job' } });
  expect(long.receiver.received.length).toBeLessThan(ITEMS / 2);
  expect((await workflowsOf(run)).toSorted()).toEqual([run.runId, `${run.runId}~stamp/map`]);
});
