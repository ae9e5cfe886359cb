import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ask, opening, tool, type Completion } from './conversation.ts';
import { invoice } from './documents.ts';
import { post, startModel, type ErrorBody, type ModelProcess } from './model-process.ts';
import { findOrder, findVendor, submit } from './tools.ts';

const CHAT = '/v1/chat/completions';

let model: ModelProcess;
beforeAll(async () => {
  model = await startModel({ PORT: '' });
});
afterAll(() => model.stop());

test('the ready line names a port of 127.0.0.1 and a model that says SIMULATED [model.simulated]', () => {
  expect(model.ready).toEqual({ ready: true, port: expect.any(Number), model: 'SIMULATED-reader-1' });
  expect(model.ready.port).toBeGreaterThan(0);
});

test('every answer carries the SIMULATED name, whatever model was asked for [model.simulated]', async () => {
  const { completion } = await ask(model, opening(invoice()), { model: 'gpt-5', tools: [submit] });
  expect(completion).toMatchObject({ object: 'chat.completion', model: 'SIMULATED-reader-1' });
});

test('the list of models holds the simulated one', async () => {
  const response = await fetch(`${model.address}/v1/models`);
  expect(await response.json()).toMatchObject({
    object: 'list',
    data: [{ id: 'SIMULATED-reader-1', object: 'model' }],
  });
});

test('usage is estimated from what was shown and what was answered', async () => {
  const short = await ask(model, [{ role: 'user', content: 'Hello' }]);
  const long = await ask(model, opening(invoice()), { tools: [submit] });
  expect(short.completion.usage).toEqual({ prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 });
  expect(long.completion.usage.prompt_tokens).toBeGreaterThan(invoice().length / 4);
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = long.completion.usage;
  expect(total).toBe(prompt + completion);
});

const LOOK_UPS = { tools: [findVendor, findOrder, submit] };

test('tool_choice none gets a sentence instead of calls', async () => {
  const turn = await ask(model, opening(invoice()), { ...LOOK_UPS, tool_choice: 'none' });
  expect(turn).toMatchObject({
    calls: [],
    text: 'Invoice K-2041 of Müller & Söhne GmbH over 119.00 EUR.',
    finish: 'stop',
  });
});

test('tool_choice required gets calls', async () => {
  const turn = await ask(model, opening(invoice()), { ...LOOK_UPS, tool_choice: 'required' });
  expect(turn.calls).toHaveLength(2);
});

test('tool_choice can name the one function to call', async () => {
  const choice = { type: 'function', function: { name: 'submit' } };
  const turn = await ask(model, opening(invoice()), { ...LOOK_UPS, tool_choice: choice });
  expect(turn.calls.map(({ name }) => name)).toEqual(['submit']);
});

test('parallel_tool_calls false gets one call at a time', async () => {
  const turn = await ask(model, opening(invoice()), { ...LOOK_UPS, parallel_tool_calls: false });
  expect(turn.calls.map(({ name }) => name)).toEqual(['find_vendor']);
});

const user = { role: 'user', content: 'Hello' };
const called = {
  role: 'assistant',
  tool_calls: [{ id: 'a', type: 'function', function: { name: 'x', arguments: '{}' } }],
};

test.each<[string, unknown, string | null]>([
  ['text that is not JSON', '{"messages": [', null],
  ['JSON that is no object', [], null],
  ['no messages', { model: 'any' }, 'messages'],
  ['an empty list of messages', { messages: [] }, 'messages'],
  ['an unknown role', { messages: [{ role: 'robot', content: 'x' }] }, 'messages[0]'],
  ['content of the wrong type', { messages: [{ role: 'user', content: 7 }] }, 'messages[0]'],
  [
    'a tool message that answers nothing',
    { messages: [user, { role: 'tool', tool_call_id: 'a', content: '' }] },
    'messages[1]',
  ],
  ['a tool call without an answer', { messages: [user, called, user] }, 'messages[2]'],
  ['a tool without a name', { messages: [user], tools: [{ type: 'function', function: {} }] }, 'tools[0]'],
  ['a choice of a tool that is not offered', { messages: [user], tool_choice: 'required' }, 'tool_choice'],
  ['streaming', { messages: [user], stream: true }, 'stream'],
  ['several answers', { messages: [user], n: 2 }, 'n'],
])('%s is refused with status 400 and the field at fault', async (_name, body, param) => {
  const answer = await post<ErrorBody>(model, CHAT, body);
  expect(answer.status).toBe(400);
  expect(answer.body.error).toMatchObject({
    type: 'invalid_request_error',
    param,
    message: expect.stringMatching(/\w+/),
  });
});

test('an unknown path gets 404 and the paths there are', async () => {
  const answer = await post<ErrorBody>(model, '/v1/embeddings', {});
  expect(answer.status).toBe(404);
  expect(answer.body.error).toMatchObject({
    code: 'unknown_url',
    message: expect.stringContaining('/v1/chat/completions'),
  });
});

test('a method the path does not take gets 405', async () => {
  expect((await fetch(`${model.address}${CHAT}`)).status).toBe(405);
});

test('a body above 8 MiB gets 413', async () => {
  const answer = await post<ErrorBody>(model, CHAT, 'x'.repeat(8 * 1024 * 1024 + 1));
  expect(answer.status).toBe(413);
  expect(answer.body.error.message).toContain('8388608');
});

test('a body just within 8 MiB is answered', async () => {
  const answer = await post<Completion>(model, CHAT, {
    messages: [{ role: 'user', content: '<'.repeat(8 * 1024 * 1024 - 100) }],
  });
  expect(answer.status).toBe(200);
});

test.each([
  ['openings of comments', '<!--'],
  ['openings of CDATA', '<![CDATA['],
  ['openings of elements', '<Invoice "'],
  ['openings of lists', '['],
  ['openings of objects', '{"'],
  ['blank lines', ' \n'],
])(
  'half a megabyte of %s is answered, not pondered over',
  async (_name, piece) => {
    // Reading that grows with the square of the input took 15 s and more here; the test's own limit notices that.
    const turn = await ask(model, opening(piece.repeat(500_000 / piece.length)), { tools: [submit] });
    expect(turn.calls).toEqual([]);
  },
  12_000,
);

test('SIGTERM ends the process at once with code 0, also while a slow answer is due', async () => {
  const slow = await startModel({ SIMULATED_LATENCY_MS: '60000' });
  const asked = post(slow, CHAT, { messages: [user] }).then(
    () => 'answered',
    () => 'hung up',
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  const before = performance.now();
  expect(await slow.stop()).toBe(0);
  expect(performance.now() - before).toBeLessThan(1_000);
  expect(await asked).toBe('hung up');
});

test('SIMULATED_LATENCY_MS delays an answer by that time', async () => {
  const slow = await startModel({ SIMULATED_LATENCY_MS: '300' });
  const before = performance.now();
  await ask(slow, [user], { tools: [tool('submit', '', {})] });
  expect(performance.now() - before).toBeGreaterThanOrEqual(295);
  await slow.stop();
});

test('a port that is no port ends the process with code 2 and one sentence', async () => {
  const child = spawn(process.execPath, [model.child.spawnargs[1] ?? ''], { env: { PORT: '99999' }, stdio: 'pipe' });
  const said = new Promise<string>((resolve) => child.stderr.once('data', (text: Buffer) => resolve(text.toString())));
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  expect({ code: await code, said: await said }).toEqual({
    code: 2,
    said: "PORT is '99999', but must be a whole number from 0 to 65535.\n",
  });
});
