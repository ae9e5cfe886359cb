import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { calls } from '../fixtures/scripted-model.ts';
import { type DeskUnderTest, filing, looks, notes, startDesk, submit, topicOf } from './desk-under-test.ts';

const GOOD = { topic: 'rain', score: 5 };

let desk: DeskUnderTest;

beforeAll(async () => {
  desk = await startDesk();
});

afterAll(async () => {
  await desk.close();
});

test('an agent that hands in a good output ends its run with it, and its usage and model are recorded [model.submit] [model.verbatim]', async () => {
  const { run, requests } = await desk.ask(() => submit(GOOD));
  expect(run).toMatchObject({
    status: 'completed',
    turns: 1,
    modelCalls: 1,
    inputTokens: 100,
    outputTokens: 10,
    model: 'scripted-1',
  });
  expect(await desk.client.result(run.runId, { tenant: desk.tenant })).toEqual(GOOD);
  expect(requests[0]?.messages.map(({ role }) => role)).toEqual(['system', 'user']);
  expect(requests[0]?.tools.map((tool) => tool.function.name)).toEqual(['look', 'list', 'note', 'submit']);
});

test('reads that the model asks for together run side by side and each result finds its call', async () => {
  desk.receiver.behave(({ path }) => ({ status: 200, body: { text: path }, delayMs: 1_000 }));
  const { run, requests, received } = await desk.ask((_, turn) => (turn === 1 ? looks('a', 'b', 'c') : submit(GOOD)));
  expect(run.status).toBe('completed');
  expect(received.map(({ path }) => path).toSorted()).toEqual(['/look?topic=a', '/look?topic=b', '/look?topic=c']);
  const [first = 0, , last = 0] = received.map(({ at }) => at);
  expect(last - first).toBeLessThan(1_000);
  const [, , assistant, ...results] = requests[1]?.messages ?? [];
  expect(results.map(({ content }) => content)).toEqual(
    ['a', 'b', 'c'].map((topic) => `{"text":"/look?topic=${topic}"}`),
  );
  expect(results.map(({ tool_call_id: id }) => id)).toEqual(assistant?.tool_calls?.map(({ id }) => id));
});

test('writes that the model asks for together run one after the other in its order', async () => {
  desk.receiver.behave(filing);
  const { run, received } = await desk.ask((_, turn) => (turn === 1 ? notes('one', 'two') : submit(GOOD)));
  expect(run.status).toBe('completed');
  expect(received.map(({ path, body }) => `${path} ${topicOf(body)}`.trim())).toEqual([
    '/native one',
    '/notes?topic=one',
    '/native two',
    '/notes?topic=two',
  ]);
});

test.each([
  ['a field of the wrong type', { name: 'note', arguments: { topic: 1 } }, 'topic: expected string, received number'],
  ['a missing field', { name: 'note', arguments: {} }, 'topic: expected string, received undefined'],
  ['an unknown field', { name: 'note', arguments: { topic: 'rain', colour: 'red' } }, 'colour'],
  [
    'an unknown tool',
    { name: 'erase', arguments: {} },
    'There is no tool "erase"; offered are: look, list, note, submit.',
  ],
  [
    'arguments that are no object',
    { name: 'note', arguments: '["rain"]' },
    'The arguments are not a JSON object: they are a list',
  ],
])('%s: the model is told so before any effect [model.tool-errors-name-the-field]', async (_name, call, problem) => {
  const { run, requests, received } = await desk.ask((_, turn) => (turn === 1 ? calls(call) : submit(GOOD)));
  expect(run).toMatchObject({ status: 'completed', turns: 2 });
  expect(received).toEqual([]);
  const told = requests[1]?.messages.at(-1);
  expect(told?.role).toBe('tool');
  expect(JSON.parse(told?.content ?? '{}')).toEqual({ error: expect.stringContaining(problem) });
});

test('arguments that were cut at the token limit go back with that reason [model.tool-errors-name-the-field]', async () => {
  const cut = { ...calls({ name: 'note', arguments: '{"topic":"ra' }), finish: 'length' };
  const { run, requests, received } = await desk.ask((_, turn) => (turn === 1 ? cut : submit(GOOD)));
  expect(run.status).toBe('completed');
  expect(received).toEqual([]);
  expect(requests[1]?.messages.at(-1)?.content).toContain('cut at the token limit');
});

test('a valid call goes on beside an invalid one, and both are answered in their order', async () => {
  desk.receiver.behave(() => ({ status: 200, body: { text: 'found' } }));
  const both = calls({ name: 'look', arguments: {} }, { name: 'look', arguments: { topic: 'rain' } });
  const { requests, received } = await desk.ask((_, turn) => (turn === 1 ? both : submit(GOOD)));
  expect(received.map(({ path }) => path)).toEqual(['/look?topic=rain']);
  const [invalid, valid] = requests[1]?.messages.slice(-2) ?? [];
  expect(invalid?.content).toContain('topic');
  expect(valid?.content).toBe('{"text":"found"}');
});

test('a tool without arguments may be called with nothing at all', async () => {
  const { run, received } = await desk.ask((_, turn) =>
    turn === 1 ? calls({ name: 'list', arguments: '' }) : submit(GOOD),
  );
  expect(run.status).toBe('completed');
  expect(received.map(({ path }) => path)).toEqual(['/list']);
});

test('missing and repeated ids of tool calls are replaced, and results go to the right calls', async () => {
  desk.receiver.behave(({ path }) => ({ status: 200, body: { text: path } }));
  const sameIds = calls(
    { name: 'look', arguments: { topic: 'a' }, id: 'same' },
    { name: 'look', arguments: { topic: 'b' }, id: 'same' },
    { name: 'look', arguments: { topic: 'c' }, id: '' },
  );
  const { requests } = await desk.ask((_, turn) => (turn === 1 ? sameIds : submit(GOOD)));
  const [, , assistant, ...results] = requests[1]?.messages ?? [];
  const ids = assistant?.tool_calls?.map(({ id }) => id) ?? [];
  expect(new Set(ids).size).toBe(3);
  expect(ids[0]).toBe('same');
  expect(results.map(({ tool_call_id: id, content }) => [id, content])).toEqual(
    ids.map((id, index) => [id, `{"text":"/look?topic=${'abc'.charAt(index)}"}`]),
  );
});

test('what the model said goes back to it word for word, unknown fields included [model.verbatim]', async () => {
  const said = {
    role: 'assistant',
    content: 'Let me look. ✓',
    reasoning_content: 'the user wants rain',
    tool_calls: [
      {
        id: 'own-1',
        type: 'function',
        index: 0,
        function: { name: 'look', arguments: '{ "topic" :"rain"}', strict: null },
      },
    ],
    vendor: { cache: [1, 2.5, null] },
  };
  const { requests } = await desk.ask((_, turn) => (turn === 1 ? { message: said } : submit(GOOD)));
  expect(requests[1]?.messages[2]).toEqual(said);
});

test('an answer without any tool call is told so in a form that every server takes', async () => {
  const empty = { message: { role: 'assistant', content: null, tool_calls: [] }, finish: 'stop' };
  const { run, requests } = await desk.ask((_, turn) => (turn === 1 ? empty : submit(GOOD)));
  expect(run.status).toBe('completed');
  const [, , said, told] = requests[1]?.messages ?? [];
  expect(said).toEqual({ role: 'assistant', content: '' });
  expect(told).toMatchObject({ role: 'user', content: expect.stringContaining('called no tool') });
});

test('a refusal of the receiver is told to the model, which may go on', async () => {
  desk.receiver.behave(() => ({ status: 404, body: { error: 'no such topic' } }));
  const { run, requests } = await desk.ask((_, turn) => (turn === 1 ? looks('fog') : submit(GOOD)));
  expect(run.status).toBe('completed');
  expect(requests[1]?.messages.at(-1)?.content).toContain('404');
});
