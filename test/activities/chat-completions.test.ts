import { expect, test } from '@jest/globals';
import { chatCompletions } from '../../activities/models/chat-completions.ts';
import type { ModelAnswer, ModelRequest } from '../../activities/models/dialect.ts';
import { SendError } from '../../gate/index.ts';

const REQUEST: ModelRequest = {
  address: 'http://127.0.0.1:9/v1',
  model: 'm',
  messages: [{ role: 'user', content: 'hello' }],
  tools: [{ name: 'look', description: 'Looks.', parameters: { type: 'object' } }],
  timeoutMs: 5_000,
};

/** Completes over a fetch of the test's own and answers what it was asked. */
async function complete(
  answer: () => Response | Promise<Response>,
  seen: Request[] = [],
  more: Partial<ModelRequest> = {},
): Promise<ModelAnswer> {
  const fetch: typeof globalThis.fetch = async (input, init) => {
    seen.push(new Request(input, init));
    return answer();
  };
  return chatCompletions.complete(
    { ...REQUEST, ...more },
    { fetch, signal: new AbortController().signal, key: 'the-key' },
  );
}

function completion(message: object, more: object = {}): Response {
  return Response.json({ model: 'reported', choices: [{ message, finish_reason: 'stop' }], ...more });
}

test('the request goes to the endpoint over the given fetch, with the key of the call and no credential of the client', async () => {
  const seen: Request[] = [];
  await complete(() => completion({ role: 'assistant', content: 'hi' }), seen);
  const [request] = seen;
  expect(request?.url).toBe('http://127.0.0.1:9/v1/chat/completions');
  expect(request?.headers.get('authorization')).toBe('Bearer added-by-the-gate');
  expect(request?.headers.get('idempotency-key')).toBe('the-key');
  expect(await request?.json()).toEqual({
    model: 'm',
    messages: [{ role: 'user', content: 'hello' }],
    tools: [{ type: 'function', function: { name: 'look', description: 'Looks.', parameters: { type: 'object' } } }],
  });
});

test('usage and the reported name of the model come with the answer, and neither is made up [model.verbatim]', async () => {
  const usage = { prompt_tokens: 12, completion_tokens: 3 };
  expect(await complete(() => completion({ content: 'hi' }, { usage }))).toMatchObject({
    model: 'reported',
    usage: { inputTokens: 12, outputTokens: 3 },
  });
  expect(await complete(() => completion({ content: 'hi' }, { model: null }))).toMatchObject({
    model: 'm',
    usage: undefined,
  });
});

test('arguments that a server sends as an object are read like a text', async () => {
  const tool_calls = [{ id: 'a', type: 'function', function: { name: 'look', arguments: { topic: 'rain' } } }];
  const { calls } = await complete(() => completion({ tool_calls }));
  expect(calls).toEqual([{ id: 'a', name: 'look', arguments: '{"topic":"rain"}', wasObject: true }]);
});

test.each<[string, Partial<ModelRequest>, object]>([
  ['no limit', {}, {}],
  ['a limit', { maxOutputTokens: 512 }, { max_tokens: 512 }],
  [
    'max-completion-tokens',
    { maxOutputTokens: 512, quirks: ['max-completion-tokens'] },
    { max_completion_tokens: 512 },
  ],
  ['no-parallel-tool-calls', { quirks: ['no-parallel-tool-calls'] }, { parallel_tool_calls: false }],
])('%s shows in what is sent and nowhere else [endpoint.quirks]', async (_name, more, expected) => {
  const seen: Request[] = [];
  await complete(() => completion({ content: 'hi' }), seen, more);
  const body: unknown = await seen[0]?.json();
  expect(body).toEqual({ model: 'm', messages: expect.anything(), tools: expect.anything(), ...expected });
});

test('usage of a server that counts wrongly is not taken in [endpoint.quirks]', async () => {
  const usage = { prompt_tokens: 1, completion_tokens: 1 };
  const answer = await complete(() => completion({ content: 'hi' }, { usage }), [], { quirks: ['no-usage'] });
  expect(answer.usage).toBeUndefined();
});

test.each([
  [{ prompt_tokens_details: { cached_tokens: 7 } }],
  [{ cache_read_input_tokens: 7 }],
  [{ prompt_cache_hit_tokens: 7 }],
])('what a server had cached is read by any of its names: %j', async (named) => {
  const usage = { prompt_tokens: 1, completion_tokens: 1, ...named };
  expect((await complete(() => completion({ content: 'hi' }, { usage }))).usage?.cachedTokens).toBe(7);
});

test('a content filter counts as a refusal', async () => {
  const filtered = Response.json({ choices: [{ message: { content: 'I' }, finish_reason: 'content_filter' }] });
  expect((await complete(() => filtered)).refusal).toContain('content filter');
});

test.each<[string, () => Response]>([
  ['HTML', () => new Response('<html></html>', { headers: { 'content-type': 'text/html' } })],
  ['half of a JSON text', () => new Response('{"choices":[', { headers: { 'content-type': 'application/json' } })],
  ['nothing', () => new Response('', { headers: { 'content-type': 'application/json' } })],
  ['null', () => Response.json(null)],
  ['no choices', () => Response.json({ choices: [] })],
  ['a choice without a message', () => Response.json({ choices: [{}] })],
  ['a choice that is null', () => Response.json({ choices: [null] })],
])(
  '%s instead of a completion is an answer that cannot be read, by the address of the endpoint [model.unreachable]',
  async (_name, answer) => {
    await expect(complete(answer)).rejects.toMatchObject({
      code: 'invalid-response',
      message: 'The endpoint at http://127.0.0.1:9 answered without a message; is it an OpenAI-compatible server?',
    });
  },
);

test.each<[string, string]>([
  ['The value is nested deeper than 500 levels.', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['The value has a part that JSON cannot hold.', JSON.stringify('\ud800')],
])('a message that cannot be kept is no fault of who asked: %s [model.unreachable]', async (why, part) => {
  const text = `{"choices":[{"message":{"role":"assistant","content":"hi","extra":${part}}}]}`;
  const answer = (): Response => new Response(text, { headers: { 'content-type': 'application/json' } });
  await expect(complete(answer)).rejects.toMatchObject({
    code: 'invalid-response',
    message: `The endpoint at http://127.0.0.1:9 answered with a message that cannot be kept: ${why}`,
  });
});

test('what the fetch of the gate throws comes back as it was thrown, and nothing is sent twice', async () => {
  const seen: Request[] = [];
  const error = new SendError({ kind: 'not-sent', why: 'connect ECONNREFUSED' });
  await expect(complete(() => Promise.reject(error), seen)).rejects.toBe(error);
  await expect(complete(() => new Response('busy', { status: 503 }), seen)).rejects.toMatchObject({ status: 503 });
  expect(seen).toHaveLength(2);
});
