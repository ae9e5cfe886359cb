import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { JobError } from '../../../domain/errors.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { calls } from '../../fixtures/scripted-model.ts';
import { type LongRun, type LongUnderTest, startLong } from './long-under-test.ts';

const GOOD = calls({ name: 'submit', arguments: { topic: 'all', score: 5 } });
const TOO_HIGH = calls({ name: 'submit', arguments: { topic: 'all', score: 11 } });

let long: LongUnderTest;

beforeAll(async () => {
  long = await startLong();
});

afterAll(async () => {
  await long.close();
});

/** Thinks in every turn until one of the given ones, and looks something up in the 80th. */
function working(until: number, then: ReturnType<typeof calls> = GOOD): void {
  long.model.script((_, turn) => {
    if (turn >= until) return then;
    return turn === 80 ? lookAt(turn) : thinking(turn);
  });
}

function thinking(turn: number): ReturnType<typeof calls> {
  return { message: { role: 'assistant', content: `thinking ${turn}` } };
}

/** Waits until something is there, however long many turns take. */
async function arrived<Value>(ask: () => Value | undefined): Promise<Value> {
  for (;;) {
    const answer = ask();
    if (answer !== undefined) return answer;
    await delay(25);
  }
}

function lookAt(turn: number): ReturnType<typeof calls> {
  return calls({ name: 'look', arguments: { topic: `topic-${turn}` } });
}

function requests(since: number): number {
  return long.model.requests.length - since;
}

function control(): { actor: string; tenant: LongUnderTest['engine']['tenant'] } {
  return { actor: 'ada', tenant: long.engine.tenant };
}

/** Corrects an output as soon as the run asks for it. */
async function corrected(run: LongRun, question: string, score: number): Promise<void> {
  const answer = { kind: 'corrected', output: { topic: 'all', score } } as const;
  const evidence = 'read';
  await eventually(() =>
    long.engine.client.answer(run.runId, { ...control(), question, answer, evidence }).catch((error: unknown) => {
      if (error instanceof JobError && error.code === 'invalid-input') return undefined;
      throw error;
    }),
  );
}

/** The part of an agent, newest execution first. */
async function partsOf(run: LongRun): Promise<readonly string[]> {
  const executions = await long.executions(run.runId);
  return executions.filter(({ workflowId }) => workflowId === `${run.runId}~ask`).map(({ status }) => status);
}

test('an agent of 85 turns goes on in parts after its 20th, as one run with one transcript [long-run.agent]', async () => {
  const since = long.model.requests.length;
  working(85);
  const run = await long.start('ask');
  expect(await long.ended(run)).toMatchObject({ status: 'completed', turns: 85, modelCalls: 85 });
  // The projection is closed by the last call; Temporal closes the run a moment later.
  const executions = await eventually(async () => {
    const all = await long.executions(run.runId);
    return all.some(({ status }) => status === 'RUNNING') ? undefined : all;
  });
  expect(executions.map(({ workflowId, status }) => [workflowId, status])).toEqual([
    [run.runId, 'COMPLETED'],
    [`${run.runId}~ask`, 'COMPLETED'],
    [`${run.runId}~ask`, 'CONTINUED_AS_NEW'],
  ]);
  expect(executions.map(({ job }) => job)).toEqual(['long', 'long', 'long']);
  expect(Math.max(...executions.map(({ events }) => events))).toBeLessThan(800);
  // System, task, and for each of the 84 turns before what was asked and what came of it.
  expect(long.model.requests.at(-1)?.messages).toHaveLength(2 + 84 * 2);
  expect(requests(since)).toBe(85);
});

test('a pause holds a part before its next step also after it has continued as new [long-run.steered]', async () => {
  const since = long.model.requests.length;
  working(83);
  long.receiver.behave(({ path }) => ({
    status: 200,
    body: { text: path },
    delayMs: path.endsWith('-80') ? 1_000 : 0,
  }));
  const run = await long.start('ask');
  const { length: before } = long.receiver.received;
  await arrived(() => long.receiver.received.slice(before).find(({ path }) => path.endsWith('-80')));
  expect(await long.engine.client.pause(run.runId, control())).toBe('paused');
  // The step in flight ends, the part hands over, and the next execution takes no step.
  expect(await eventually(async () => ((await partsOf(run)).length === 2 ? partsOf(run) : undefined))).toEqual([
    'RUNNING',
    'CONTINUED_AS_NEW',
  ]);
  await delay(1_000);
  expect(requests(since)).toBe(80);
  expect(await long.seen(run)).toMatchObject({ status: 'paused', step: 'ask/turn-80/look', turns: 80, live: true });
  await long.engine.client.resume(run.runId, control());
  expect(await long.ended(run)).toMatchObject({ status: 'completed', turns: 83 });
  long.receiver.behave(({ path }) => ({ status: 200, body: { text: path } }));
});

test('a question that is asked in a part is asked by its run, and answered there [long-run.steered]', async () => {
  const since = long.model.requests.length;
  working(22, TOO_HIGH);
  const run = await long.start('ask');
  await arrived(() => long.model.requests[since + 22]);
  const { tenant } = long.engine;
  const question = await eventually(() => long.engine.client.question(run.runId, { tenant }));
  expect(question).toMatchObject({ name: 'ask', question: 'correction', artefact: { topic: 'all', score: 11 } });
  expect(await long.seen(run)).toMatchObject({ status: 'waiting', waitingFor: { kind: 'answer', name: 'ask' } });
  const answer = { kind: 'corrected', output: { topic: 'all', score: 4 } } as const;
  const refused = long.engine.client.answer(run.runId, { ...control(), question: 'other', answer, evidence: 'read' });
  await expect(refused).rejects.toMatchObject({ code: 'invalid-input' });
  await long.engine.client.answer(run.runId, { ...control(), answer, evidence: 'read' });
  expect((await long.ended(run)).end).toBeUndefined();
  expect(await long.result(run)).toEqual({ topic: 'all', score: 4 });
});

test('a question that is asked again in a part, after a correction that failed, is answered again [long-run.steered]', async () => {
  const since = long.model.requests.length;
  working(22, TOO_HIGH);
  const run = await long.start('ask');
  await arrived(() => long.model.requests[since + 22]);
  await corrected(run, 'ask', 12);
  const again = await eventually(async () => {
    const question = await long.engine.client.question(run.runId, { tenant: long.engine.tenant });
    return question?.sentence.includes('The score 12 is above 10.') === true ? question : undefined;
  });
  expect(again).toMatchObject({ name: 'ask', artefact: { topic: 'all', score: 12 } });
  await corrected(run, 'ask', 3);
  expect((await long.ended(run)).end).toBeUndefined();
  expect(await long.result(run)).toEqual({ topic: 'all', score: 3 });
});

test('of the questions of several parts each is answered as often as it is asked, also one that is not shown [long-run.steered] [question.several]', async () => {
  long.model.script(() => TOO_HIGH);
  const run = await long.start('map-agents', 2);
  const shown = await eventually(() => long.engine.client.question(run.runId, { tenant: long.engine.tenant }));
  const other = shown.name === 'askItem:item-0' ? 'askItem:item-1' : 'askItem:item-0';
  for (const score of [12, 13, 4]) await corrected(run, other, score);
  for (const score of [12, 5]) await corrected(run, shown.name, score);
  expect((await long.ended(run)).end).toBeUndefined();
  const scores = ((await long.result(run)) as { score: number }[]).map(({ score }) => score);
  expect(scores).toEqual(shown.name === 'askItem:item-0' ? [5, 4] : [4, 5]);
});

test('a run whose part waits for an endpoint shows it, and resuming it asks the endpoint again at once [long-run.steered]', async () => {
  let down = true;
  long.model.script((_, turn) => {
    if (turn === 22 && down) return { status: 503, text: 'overloaded' };
    return turn < 23 ? thinking(turn) : GOOD;
  });
  const since = long.model.requests.length;
  const run = await long.start('ask');
  await arrived(() => long.model.requests[since + 21]);
  const waiting = await eventually(async () => {
    const { waitingFor } = await long.seen(run);
    return waitingFor === undefined ? undefined : waitingFor;
  });
  expect(waiting).toMatchObject({ kind: 'unavailable', name: 'ask/turn-22' });
  down = false;
  await long.engine.client.resume(run.runId, control());
  expect(await long.ended(run)).toMatchObject({ status: 'completed', turns: 23 });
});

test('cancelling a run aborts the model call of its part, and the part ends cancelled before the run [long-run.steered]', async () => {
  const since = long.model.requests.length;
  long.model.script((_, turn) => (turn < 22 ? thinking(turn) : 'hang'));
  const run = await long.start('ask');
  const hanging = await arrived(() => long.model.requests[since + 21]);
  const asked = Date.now();
  await long.engine.client.cancel(run.runId, control());
  expect(await long.ended(run)).toMatchObject({ status: 'cancelled', turns: 21, end: { code: 'cancelled' } });
  expect((await eventually(() => hanging.abortedAt)) - asked).toBeLessThan(1_000);
  expect(await eventually(async () => ((await partsOf(run))[0] === 'CANCELLED' ? partsOf(run) : undefined))).toEqual([
    'CANCELLED',
  ]);
});

test('an agent in a part that makes no progress, or has no turn left, ends its run as it would have before [long-run.agent]', async () => {
  long.model.script((_, turn) => (turn === 3 || turn >= 22 ? lookAt(3) : thinking(turn)));
  const run = await long.start('ask');
  expect(await long.ended(run)).toMatchObject({ status: 'failed', turns: 23, end: { code: 'no-progress' } });
});
