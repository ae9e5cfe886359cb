import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DATA_CLASSES } from '../../domain/effects.ts';
import { startProbe } from '../fixtures/probe-engine.ts';
import { calls, type ModelScript, type ScriptedModel, startScriptedModel } from '../fixtures/scripted-model.ts';
import { type MockAnswer, type MockModel, startMockModel, submits } from '../fixtures/mock-model.ts';
import { mend, type PairUnderTest, startPair } from './pair-under-test.ts';

const PAUSE_S = 30;
// Longer than a worker believes what it knows of cool-downs.
const STALE_MS = 1_100;
const CLOSED = 'http://127.0.0.1:1/v1';
const LONG = 'one two three four five six seven eight nine ten '.repeat(40);
const submit = calls({ name: 'submit', arguments: { answer: 'so' } });
const wrong = calls({ name: 'submit', arguments: { answer: 'wrong' } });

let mocks: Record<'small' | 'large', MockModel>;
let scripted: Record<'small' | 'large', ScriptedModel>;
let pair: PairUnderTest;
let ofScripts: PairUnderTest;
let pause: Promise<Pause>;

beforeAll(async () => {
  // It takes its time; everything else happens meanwhile.
  pause = observePause();
  pause.catch(() => undefined);
  const [small, large, one, other] = await Promise.all([
    startMockModel(),
    startMockModel(),
    startScriptedModel(),
    startScriptedModel(),
  ]);
  mocks = { small, large };
  scripted = { small: one, large: other };
  pair = await startPair({ small: { address: small.address }, large: { address: large.address } });
  ofScripts = await startPair({
    small: { address: one.address, contextTokens: 4_096 },
    large: { address: other.address, contextTokens: 100_000 },
  });
});

afterAll(async () => {
  await Promise.all([pair.close(), ofScripts.close()]);
  await Promise.all([...Object.values(mocks), ...Object.values(scripted)].map((model) => model.close()));
});

test('tool calls, malformed arguments and a cut answer are turns like any other [endpoint.quirks]', async () => {
  mocks.small.say(
    { toolCalls: [{ name: 'look', arguments: '{"topic":' }] },
    { toolCalls: [{ name: 'look', arguments: { topic: 'rain' } }] },
    { content: 'I was about to', finishReason: 'length' },
    submits('so'),
  );
  const { run, routing } = await pair.ask();
  expect(run).toMatchObject({ status: 'completed', turns: 4, modelCalls: 4 });
  expect(routing).toEqual({ candidates: ['small', 'large'], skipped: [], attempts: [], chosen: 'small' });
});

test.each<[string, MockAnswer, string]>([
  ['is down', { error: { message: 'down' }, status: 503 }, 'answered 503'],
  ['breaks the connection', { chaos: { disconnectRate: 1 } }, 'connection-lost'],
  ['does not know the key', { error: { message: 'bad key' }, status: 401 }, 'answered 401'],
  ['does not know the model', { error: { message: 'no such model' }, status: 404 }, 'answered 404'],
  ['cannot do with the request', { error: { message: 'unsupported field' }, status: 400 }, 'answered 400'],
  ['is out of requests', { error: { message: 'slow down' }, status: 429, retryAfter: 1 }, 'answered 429'],
])(
  'an endpoint that %s: the next one answers, and the record says why [endpoint.failover]',
  async (_, bad, failure) => {
    mocks.small.say(bad);
    mocks.large.say(submits('so'));
    const { run, routing } = await pair.ask();
    expect(run).toMatchObject({ status: 'completed', turns: 1, modelCalls: 1 });
    expect(routing).toMatchObject({ attempts: [{ endpoint: 'small', failure }], chosen: 'large' });
    await mend('small', mocks.small.address);
    await delay(STALE_MS);
  },
);

test('with no endpoint left a run waits and names each with its reason, and goes on by itself [endpoint.waits]', async () => {
  mocks.small.say({ error: { message: 'overloaded' }, status: 503 });
  mocks.large.say({ error: { message: 'unknown key' }, status: 401 });
  const started = await pair.start();
  const { waitingFor } = await pair.waiting(started);
  expect(waitingFor).toMatchObject({ kind: 'unavailable', name: 'ask/turn-1' });
  expect(waitingFor?.sentence).toMatch(
    /^No endpoint can answer: [^\n]*"small" answered 503[^\n]*overloaded[^\n]*"large" answered 401[^\n]*unknown key/,
  );
  mocks.small.say(submits('so'));
  expect(await pair.ended(started)).toMatchObject({ status: 'completed', turns: 1 });
  await mend('large', mocks.large.address);
  await delay(STALE_MS);
});

test.each<[string, ModelScript]>([
  ['in HTML', () => ({ status: 200, text: '<html>Sign in</html>' })],
  ['without a choice', () => ({ json: { object: 'chat.completion', choices: [] } })],
])('an answer %s lets the next endpoint answer [endpoint.failover]', async (_, script) => {
  scripted.small.script(script);
  scripted.large.script(() => submit);
  const { run, routing } = await ofScripts.ask();
  expect(run.status).toBe('completed');
  expect(routing?.attempts).toEqual([{ endpoint: 'small', failure: 'unreadable answer' }]);
});

test('an endpoint that reports no usage, or none of it, is taken at its word [endpoint.context]', async () => {
  for (const usage of [
    undefined,
    { prompt_tokens: 0 },
    { prompt_tokens: 9, prompt_tokens_details: { cached_tokens: 900 } },
  ]) {
    scripted.small.script(() => ({ json: completionOf({ ...submit, usage }) }));
    const { routing } = await ofScripts.ask(LONG);
    expect(routing).toEqual({ candidates: ['small', 'large'], skipped: [], attempts: [], chosen: 'small' });
  }
});

test('an endpoint that counts a tenth of the input is passed over for a larger one, and without one only noted [endpoint.context]', async () => {
  const lying = { ...submit, usage: { prompt_tokens: 40, completion_tokens: 1 } };
  scripted.small.script(() => ({ json: completionOf(lying) }));
  scripted.large.script(() => ({ json: completionOf(lying) }));
  const { run, routing } = await ofScripts.ask(LONG);
  expect(run.status).toBe('completed');
  expect(routing).toMatchObject({
    attempts: [{ endpoint: 'small', failure: 'cut the call short' }],
    chosen: 'large',
    doubt: expect.stringMatching(/^it reports 40 of at least \d+ input tokens$/),
  });
});

test('a call that is too long for one endpoint goes to the larger one [endpoint.context]', async () => {
  scripted.small.script(() => ({ status: 400, text: 'maximum context length is 4096 tokens' }));
  scripted.large.script(() => submit);
  const refused = await ofScripts.ask();
  expect(refused.routing?.attempts).toEqual([{ endpoint: 'small', failure: 'answered 400, too long' }]);
  const before = scripted.small.requests.length;
  const skipped = await ofScripts.ask(LONG.repeat(25));
  expect(skipped.routing).toMatchObject({
    skipped: [{ endpoint: 'small', why: 'context too small' }],
    chosen: 'large',
  });
  expect(scripted.small.requests.length).toBe(before);
});

test('what a model refuses, in a message or by its status, goes to a person and to no other model [endpoint.refusal] [ladder.person]', async () => {
  const before = scripted.large.requests.length;
  scripted.large.script(() => submit);
  scripted.small.script(() => ({
    message: { role: 'assistant', content: null, refusal: 'I will not.' },
    finish: 'stop',
  }));
  const asked = await ofScripts.waiting(await ofScripts.start(LONG));
  expect(asked.waitingFor).toMatchObject({ kind: 'answer', question: 'correction', findings: [] });
  expect(asked.waitingFor?.sentence).toContain('The model refused: I will not.');
  scripted.small.script(() => ({ status: 400, text: 'filtered by the content management policy' }));
  const filtered = await ofScripts.waiting(await ofScripts.start());
  expect(filtered.waitingFor).toMatchObject({ kind: 'answer', question: 'correction' });
  expect(scripted.large.requests.length).toBe(before);
});

test('an output that fails twice goes to the next endpoint with the findings, and what that makes counts [ladder.next-endpoint]', async () => {
  const asked = { small: scripted.small.requests.length, large: scripted.large.requests.length };
  scripted.small.script(() => wrong);
  scripted.large.script(() => submit);
  const { run, routing } = await ofScripts.ask();
  expect(run).toMatchObject({ status: 'completed', turns: 3 });
  expect(scripted.small.requests.length - asked.small).toBe(2);
  const [request, ...more] = scripted.large.requests.slice(asked.large);
  expect(more).toEqual([]);
  expect(
    request?.messages.filter(({ role, content }) => role === 'tool' && content?.includes('not-wrong')),
  ).toHaveLength(2);
  expect(routing).toMatchObject({ skipped: [{ endpoint: 'small', why: 'tried on an earlier rung' }], chosen: 'large' });
});

test('what no endpoint gets right goes to a person [ladder.next-endpoint] [ladder.person]', async () => {
  const asked = { small: scripted.small.requests.length, large: scripted.large.requests.length };
  scripted.small.script(() => wrong);
  scripted.large.script(() => wrong);
  const { waitingFor } = await ofScripts.waiting(await ofScripts.start());
  expect(waitingFor).toMatchObject({ kind: 'answer', name: 'ask', findings: [{ rule: 'not-wrong' }] });
  expect(scripted.small.requests.length - asked.small).toBe(2);
  expect(scripted.large.requests.length - asked.large).toBe(1);
});

test('an endpoint that is not cleared is not called although it is the only one up [endpoint.cleared]', async () => {
  const up = await startScriptedModel();
  up.script(() => submit);
  const abroad = await startPair({
    small: { address: CLOSED },
    large: { address: up.address, cleared: ['public', 'internal'] },
  });
  const { waitingFor } = await abroad.waiting(await abroad.start());
  expect(waitingFor?.sentence).toMatch(/"small" cannot be reached .*"large": not cleared for the data class\.$/);
  expect(up.requests).toEqual([]);
  await abroad.close();
  await up.close();
});

test('a worker that is told other endpoints than an agent names ends with one sentence and exit code 3 [endpoint.unknown-name]', async () => {
  const endpoints = ['huge', 'large'].map((id) => ({ id, address: CLOSED, model: 'm', cleared: [...DATA_CLASSES] }));
  const engine = await startProbe({ jobs: ['test/fixtures/pair'], endpoints, started: false });
  await expect(engine.startWorker(0)).rejects.toThrow(
    /^The worker ended with 3 before .*: The agent "ask" of "pair" names the endpoint "small", which temporal\.yaml does not have \(it has: huge, large\); [^\n]*\n$/,
  );
  await engine.close();
});

test('when no endpoint is cleared the run ends, and its sentence names them and the fix [endpoint.cleared]', async () => {
  const cleared = { address: CLOSED, cleared: ['public' as const] };
  const abroad = await startPair({ small: cleared, large: cleared });
  expect((await abroad.ask()).run.end).toEqual({
    code: 'not-cleared',
    sentence:
      'None of the endpoints small, large is cleared for confidential data; who may decide that adds "confidential" to ' +
      'HOLDFAST_CLEARED or to the `cleared` of one of them in temporal.yaml.',
  });
  await abroad.close();
});

test(`after a 429 with Retry-After ${PAUSE_S} none of two workers asks that endpoint for ${PAUSE_S} s [endpoint.cool-down]`, async () => {
  const { askedMeanwhile, completed, chosenAfter } = await pause;
  expect(completed).toBeGreaterThan(10);
  expect(askedMeanwhile).toBe(0);
  expect(chosenAfter).toBe('small');
});

interface Pause {
  readonly askedMeanwhile: number;
  readonly completed: number;
  readonly chosenAfter: string | undefined;
}

async function observePause(): Promise<Pause> {
  const [small, large] = await Promise.all([startScriptedModel(), startScriptedModel()]);
  const two = await startPair({ small: { address: small.address }, large: { address: large.address } }, 2);
  let limitedAt = 0;
  small.script(() => {
    limitedAt = performance.now();
    return { status: 429, text: 'later', retryAfter: PAUSE_S };
  });
  large.script(() => submit);
  await two.ask();
  const before = small.requests.length;
  small.script(() => submit);
  let completed = 0;
  // Each round keeps both workers busy.
  while (performance.now() < limitedAt + (PAUSE_S - 1) * 1_000) {
    const runs = await Promise.all([two.ask(), two.ask()]);
    completed += runs.filter(({ run }) => run.status === 'completed').length;
    await delay(1_000);
  }
  const askedMeanwhile = small.requests.length - before;
  await delay(limitedAt + PAUSE_S * 1_000 + STALE_MS - performance.now());
  const { routing } = await two.ask();
  await two.close();
  await Promise.all([small.close(), large.close()]);
  return { askedMeanwhile, completed, chosenAfter: routing?.chosen };
}

function completionOf(answer: { message: unknown; usage: object | undefined }): object {
  const { message, usage } = answer;
  return { object: 'chat.completion', model: 'scripted-1', choices: [{ message, finish_reason: 'tool_calls' }], usage };
}
