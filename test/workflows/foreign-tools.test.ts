import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { InputOf } from 'holdfast';
import type { SeenRun } from '../../client/index.ts';
import { parseRunId } from '../../domain/ids.ts';
import { foreign } from '../fixtures/foreign/job.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { calls, type ModelRequestSeen, type ScriptedModel, startScriptedModel } from '../fixtures/scripted-model.ts';
import { ledgersOf, LIMIT_MS } from '../kills/observing.ts';

const FACTORIAL = 'math_factorial_LyEUt4Pw';
const PLAY = 'Gr__te_Hits__play';
const END = calls({ name: 'submit', arguments: { sum: 7 } });

let receiver: Receiver;
let model: ScriptedModel;
let engine: ProbeEngine;

beforeAll(async () => {
  [receiver, model] = await Promise.all([startReceiver(), startScriptedModel()]);
  engine = await startProbe({
    jobs: ['test/fixtures/foreign'],
    systems: { receiver: { address: receiver.address } },
    model: model.address,
    started: false,
  });
});

afterAll(async () => {
  await engine.close();
  await Promise.all([receiver.close(), model.close()]);
});

test(
  'a worker killed between two same changes of one answer leaves one effect, and both calls have its result [model.once-in-one-answer] [jobs.tool-aliases]',
  async () => {
    const twice = calls(
      { name: PLAY, arguments: { n: 1 } },
      { name: PLAY, arguments: '{ "n" : 1 }' },
      { name: PLAY, arguments: { n: 2 } },
    );
    model.script((_, turn) => (turn === 1 ? twice : END));
    const victim = await engine.startWorker(0, { at: `answered count/turn-1/${PLAY}` });
    const run = start('all');
    expect(await victim.ended).toBe('SIGKILL');
    await engine.startWorker(0);
    expect(await run).toMatchObject({ status: 'completed', turns: 2 });
    const keys = receiver.received.filter(({ method }) => method === 'POST').map(({ key }) => key);
    // The first was sent again after the crash, under its key.
    expect([keys.length, new Set(keys).size, receiver.effects.length]).toEqual([3, 2, 2]);
    const [, , said, ...told] = model.requests.at(-1)?.messages ?? [];
    expect(told.map(({ tool_call_id: id, content }) => [id, content])).toEqual(
      said?.tool_calls?.map(({ id }) => [id, '{"text":"found"}']),
    );
  },
  LIMIT_MS,
);

test('a tool is offered and called under a name that models may use, and is itself everywhere else [jobs.tool-aliases]', async () => {
  receiver.behave(({ path }) => ({ status: 200, body: { text: path } }));
  const both = calls(
    { name: FACTORIAL, arguments: { n: 3 } },
    { name: 'math_factorial', arguments: { n: 4 } },
    { name: 'math.factorial', arguments: { n: 5 } },
    { name: FACTORIAL, arguments: { n: 21 } },
  );
  model.script((_, turn) => (turn === 1 ? both : END));
  const run = await start('all');
  expect(run.status).toBe('completed');
  const [first, last] = model.requests.slice(-2);
  expect(namesIn(first)).toEqual([FACTORIAL, 'math_factorial', PLAY, 'submit']);
  const told = last?.messages.slice(3).map(({ content }) => JSON.parse(content ?? '') as unknown);
  expect(told).toEqual([
    { text: '/factorial?n=3' },
    { text: '/legal?n=4' },
    { error: expect.stringContaining('There is no tool "math.factorial"; the nearest name is "math_factorial"') },
    { error: 'The arguments do not fit: n: must be <= 20. Its fields are: n. Nothing was done.' },
  ]);
  const [ledger = []] = await ledgersOf(engine, [parseRunId(run.runId)]);
  expect(ledger.map(({ stepPath, name }) => [stepPath, name])).toEqual(
    expect.arrayContaining([
      [`count/turn-1/${FACTORIAL}`, 'math.factorial'],
      ['count/turn-1/math_factorial', 'math_factorial'],
      ['count/verify/positive/math_factorial', 'math.factorial'],
    ]),
  );
});

test('what a receiver refuses is told to the model under the name that it knows [jobs.tool-aliases]', async () => {
  receiver.behave(() => ({ status: 404, body: {} }));
  model.script((_, turn) => (turn === 1 ? calls({ name: PLAY, arguments: { n: 1 } }) : END));
  receiver.behave(({ path }) => (path === '/native' ? { status: 404 } : { status: 200, body: { text: 'x' } }));
  expect((await start('all')).status).toBe('completed');
  const told = model.requests.at(-1)?.messages.at(-1)?.content;
  expect(told).toContain('404');
  expect(told).not.toContain('Größte');
});

test('an agent is offered the tools that its run gives it, and a call of another one has no effect [model.subset-of-tools]', async () => {
  receiver.behave(({ path }) => ({ status: 200, body: { text: path } }));
  const before = receiver.received.length;
  const asked = calls({ name: PLAY, arguments: { n: 1 } }, { name: FACTORIAL, arguments: { n: 3 } });
  model.script((_, turn) => (turn === 1 ? asked : END));
  const run = await start('fewer');
  expect(run.status).toBe('completed');
  const [first, last] = model.requests.slice(-2);
  expect(namesIn(first)).toEqual([FACTORIAL, 'submit']);
  expect(last?.messages[3]?.content).toContain(`There is no tool \\"${PLAY}\\"; offered are: ${FACTORIAL}, submit.`);
  expect(receiver.received.slice(before).map(({ path }) => path)).toEqual(['/factorial?n=3', '/factorial?n=7']);
  const [ledger = []] = await ledgersOf(engine, [parseRunId(run.runId)]);
  expect(ledger.map(({ stepPath }) => stepPath)).toContain(`count:few/turn-1/${FACTORIAL}`);
});

test('a run that gives an agent a tool which it does not have ends with one sentence [model.subset-of-tools]', async () => {
  const before = model.requests.length;
  expect(await start('wrong')).toMatchObject({
    status: 'failed',
    end: {
      code: 'invalid-input',
      sentence: 'The agent "count" has no tool "erase" to be given; it has: factorial, legal, play.',
    },
  });
  expect(model.requests.length).toBe(before);
});

test('an agent that says the same three times in one breath is answered, and has made its progress', async () => {
  receiver.behave(({ path }) => ({ status: 200, body: { text: path } }));
  const read = { name: 'math_factorial', arguments: { n: 1 } };
  const wrong = { name: 'erase', arguments: {} };
  model.script((_, turn) => (turn === 1 ? calls(read, read, read, wrong, wrong, wrong) : END));
  const before = receiver.received.length;
  expect((await start('all')).status).toBe('completed');
  expect(receiver.received.slice(before).filter(({ path }) => path.startsWith('/legal'))).toHaveLength(3);
});

test('an answer without choices is asked for again, and a cut one without usage is told that it was cut, before any effect', async () => {
  const before = { requests: model.requests.length, received: receiver.received.length };
  const cut = calls({ name: PLAY, arguments: '{"n": 1' });
  const choice = { index: 0, ...cut, finish_reason: 'length' };
  model.script((_, turn) => {
    if (model.requests.length === before.requests + 1) return { json: { choices: [] } };
    return turn === 1 ? { json: { choices: [choice] } } : END;
  });
  expect(await start('all')).toMatchObject({ status: 'completed', turns: 2 });
  expect(model.requests.length - before.requests).toBe(3);
  expect(model.requests.at(-1)?.messages.at(-1)?.content).toContain('they were cut at the token limit');
  expect(receiver.received.slice(before.received).filter(({ method }) => method === 'POST')).toEqual([]);
});

async function start(scenario: InputOf<typeof foreign>['scenario']): Promise<SeenRun> {
  const { client, tenant } = engine;
  const { runId } = await client.start(foreign, { run: randomUUID(), scenario }, { tenant });
  return client.wait(runId, { tenant, timeoutMs: LIMIT_MS });
}

function namesIn(request: ModelRequestSeen | undefined): readonly string[] {
  return request?.tools.map((tool) => tool.function.name) ?? [];
}
