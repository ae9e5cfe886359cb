import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SeenRun } from '../../client/index.ts';
import { eventually } from '../fixtures/eventually.ts';
import type { Behaviour } from '../fixtures/receiver.ts';
import { calls, type ModelRequestSeen, type ModelScript } from '../fixtures/scripted-model.ts';
import { hurry } from '../fixtures/hurry/job.ts';
import { type DeskRun, type DeskUnderTest, filing, looks, notes, startDesk, submit } from './desk-under-test.ts';

const GOOD = { topic: 'rain', score: 5 };
const TOO_HIGH = { topic: 'rain', score: 11 };
const FORGED = { topic: 'forged', score: 5 };

/** A note takes longer than an agent in a hurry has. */
const slowly: Behaviour = ({ path }) =>
  path === '/native'
    ? { status: 200, body: { text: 'noted' }, delayMs: 3_500 }
    : { status: 200, body: { text: 'found' }, delayMs: 600 };
/** What the agents in a hurry answer, by the names of their runs. */
const scripts = new Map<string, ModelScript>();

let desk: DeskUnderTest;

beforeAll(async () => {
  desk = await startDesk();
});

afterAll(async () => {
  await desk.close();
});

test('a finding on the first output is told as the result of its tool call, and the second output counts [workflow.agent-ends]', async () => {
  const { run, requests } = await desk.ask((_, turn) => submit(turn === 1 ? TOO_HIGH : GOOD));
  expect(run).toMatchObject({ status: 'completed', turns: 2 });
  const [, , said, told] = requests[1]?.messages ?? [];
  expect(told?.tool_call_id).toBe(said?.tool_calls?.[0]?.id);
  expect(JSON.parse(told?.content ?? '{}')).toEqual({
    accepted: false,
    findings: [{ of: 'output', rule: 'score-in-range', sentence: 'The score 11 is above 10.', field: 'score' }],
  });
});

test('a finding on the source alone ends the run rejected without another try [workflow.ends-by-code]', async () => {
  const { run, requests } = await desk.ask(() => submit(FORGED));
  expect(run.end).toEqual({ code: 'rejected', sentence: 'topic-on-file: The topic "forged" is not on file.' });
  expect(requests).toHaveLength(1);
});

test('an agent that never hands in ends at its turns [workflow.agent-ends]', async () => {
  const { run, requests } = await desk.ask((_, turn) => looks(`topic ${turn}`));
  expect(run.end).toEqual({
    code: 'turn-limit',
    sentence: 'The agent "ask" made 5 model calls without an accepted output, the most it is allowed.',
  });
  expect(requests).toHaveLength(5);
});

test.each([
  ['a read with the same result', () => looks('rain'), 'look'],
  ['an effect with the same result', () => notes('rain'), 'note'],
  ['an invalid call', () => looks(), 'text'],
])('the third time of %s ends the run for lack of progress [workflow.agent-ends]', async (_name, turn, what) => {
  desk.receiver.behave(filing);
  const { run, requests } = await desk.ask(turn);
  expect(run.end).toMatchObject({ code: 'no-progress', sentence: expect.stringContaining(`"${what}" 3 times`) });
  expect(requests).toHaveLength(3);
});

test('the third refusal of the same call by its receiver ends the run for lack of progress [workflow.agent-ends]', async () => {
  desk.receiver.behave(() => ({ status: 404, body: { error: 'no such topic' } }));
  const { run, requests } = await desk.ask(() => looks('fog'));
  expect(run.end?.code).toBe('no-progress');
  expect(requests).toHaveLength(3);
});

test('the same call with other results is progress', async () => {
  desk.receiver.behave((_, count) => ({ status: 200, body: { text: `found ${count}` } }));
  const { run } = await desk.ask((_, turn) => (turn < 5 ? looks('rain') : submit(GOOD)));
  expect(run).toMatchObject({ status: 'completed', turns: 5 });
});

test('the same read with the same result is progress after each effect of another answer, and none after one that is refused or brings nothing new [workflow.agent-ends]', async () => {
  desk.receiver.behave(filing);
  const lookAfter = (topic: string): ReturnType<typeof calls> =>
    calls({ name: 'note', arguments: { topic } }, { name: 'look', arguments: { topic: 'rain' } });
  const writing = await desk.ask((_, turn) => (turn < 5 ? lookAfter(`topic ${turn}`) : submit(GOOD)));
  expect(writing.run).toMatchObject({ status: 'completed', turns: 5 });
  const turning = await desk.ask((_, turn) => lookAfter(turn % 2 === 0 ? 'snow' : 'fog'));
  expect(turning.run.end).toMatchObject({ code: 'no-progress', sentence: expect.stringContaining('"look" 3 times') });
  expect(turning.requests).toHaveLength(4);
  desk.receiver.behave((request, count) =>
    request.path === '/native' ? { status: 422, body: { error: 'closed' } } : filing(request, count),
  );
  const refused = await desk.ask((_, turn) => lookAfter(`topic ${turn}`));
  expect(refused.run.end).toMatchObject({ code: 'no-progress', sentence: expect.stringContaining('"look" 3 times') });
  expect(refused.requests).toHaveLength(3);
});

test('an effect that its receiver refuses is not tried again, and the model is told why', async () => {
  desk.receiver.behave(() => ({ status: 422, body: { error: 'this topic is closed' } }));
  const { run, requests, received } = await desk.ask((_, turn) => (turn === 1 ? notes('rain') : submit(GOOD)));
  expect(run.status).toBe('completed');
  expect(received).toHaveLength(1);
  expect(requests[1]?.messages.at(-1)?.content).toContain('this topic is closed');
});

// These wait for the time of an agent to pass, and do so at the same time.

test.concurrent('an agent past its time ends its run, and a call under way is cut [workflow.agent-ends]', async () => {
  const started = await startHurry(() => 'hang');
  expect((await ended(started)).end).toEqual({
    code: 'deadline-exceeded',
    sentence:
      'The agent "ask" worked for longer than its 3 seconds; raise `budget.within` of the job if that is too little.',
  });
  await eventually(() => requestsOf(started)[0]?.abortedAt);
});

test.concurrent('an effect under way when the time of its agent is over is settled before the run ends [workflow.agent-ends]', async () => {
  desk.receiver.behave(slowly);
  const before = desk.receiver.received.length;
  const run = await ended(await startHurry(() => notes('rain')));
  expect(run).toMatchObject({ end: { code: 'deadline-exceeded' }, lastOutcome: 'committed' });
  const written = desk.receiver.received.slice(before).filter(({ path }) => path === '/native');
  expect(written).toHaveLength(1);
  expect(written[0]?.abortedAt).toBeUndefined();
});

test.concurrent('a pause takes nothing of the time of an agent [workflow.agent-ends] [workflow.pause]', async () => {
  const { client, tenant } = desk;
  desk.receiver.behave(slowly);
  const before = desk.receiver.received.length;
  const started = await startHurry((_, turn) => (turn === 1 ? looks('rain') : submitTopic('rain')));
  await eventually(() => desk.receiver.received.slice(before).find(({ path }) => path.startsWith('/look')));
  await client.pause(started.runId, { actor: 'test', tenant });
  await delay(3_500);
  await client.resume(started.runId, { actor: 'test', tenant });
  expect((await ended(started)).status).toBe('completed');
});

test.concurrent('a verifier that fails by itself is tried again and then ends the run unverified [workflow.ends-by-code]', async () => {
  const run = await desk.ended(await desk.start('fragile'));
  expect(run.end).toEqual({
    code: 'unverified',
    sentence: 'A verifier could not judge: "fragile" failed: The scales are broken.',
  });
});

// By itself, and last: it cools the endpoint down, which it does for all runs.
test('an endpoint whose answers can never be read uses up the time of the agent [workflow.agent-ends]', async () => {
  const started = await startHurry(() => ({ json: { choices: [] } }));
  const run = await ended(started);
  expect(run.end).toMatchObject({ code: 'deadline-exceeded', sentence: expect.stringContaining('without a message') });
  expect(requestsOf(started).length).toBeLessThan(10);
});

/** Starts a run in a hurry. Its agent answers by a script of its own, whatever those of other runs do. */
async function startHurry(script: ModelScript): Promise<DeskRun> {
  const name = randomUUID();
  scripts.set(name, script);
  desk.model.script((request, turn) => {
    const [, own] = [...scripts].find(([run]) => isOf(run, request)) ?? [];
    return own?.(request, turn) ?? { status: 500, text: 'This is no run in a hurry.' };
  });
  const { runId } = await desk.client.start(hurry, { run: name }, { tenant: desk.tenant });
  return { runId, name };
}

function requestsOf({ name }: DeskRun): readonly ModelRequestSeen[] {
  return desk.model.requests.filter((request) => isOf(name, request));
}

// The model is shown the input, in which the run has its name.
function isOf(name: string, { messages }: ModelRequestSeen): boolean {
  return messages.some(({ role, content }) => role === 'user' && content?.includes(name) === true);
}

function ended({ runId }: DeskRun): Promise<SeenRun> {
  return desk.client.wait(runId, { tenant: desk.tenant, timeoutMs: 30_000 });
}

function submitTopic(topic: string): ReturnType<typeof calls> {
  return calls({ name: 'submit', arguments: { topic } });
}
