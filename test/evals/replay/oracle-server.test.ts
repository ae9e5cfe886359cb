import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type OracleQuestion, oracleServer } from '../../../evals/replay/oracle-server.ts';
import { serveJson } from '../../../evals/replay/serve-json.ts';

const questions: OracleQuestion[] = [];
let served: Awaited<ReturnType<typeof serveJson>>;

beforeAll(async () => {
  const answering = oracleServer((question) => {
    questions.push(question);
    if (question.answered === 0) {
      return {
        calls: [
          { name: 'find', arguments: { raw: 'x' } },
          { name: 'find', raw: '{"cut', id: null },
        ],
      };
    }
    return question.answered === 1
      ? { text: 'done', withoutUsage: true, finishReason: 'length' }
      : { http: { status: 429, headers: { 'retry-after': '1' } } };
  });
  served = await serveJson(0, answering);
});

afterAll(() => new Promise((resolve) => served.server.close(resolve)));

test('an oracle is asked by the number of answers that stand in the transcript, and speaks Chat Completions', async () => {
  const given = { role: 'user', content: 'case 7' };
  const tools = [{ type: 'function', function: { name: 'find', parameters: {} } }];
  const first = await ask([given], tools);
  expect(first.body).toMatchObject({
    choices: [
      {
        finish_reason: 'tool_calls',
        message: {
          tool_calls: [
            { id: 'oracle_0_0', type: 'function', function: { name: 'find', arguments: '{"raw":"x"}' } },
            { type: 'function', function: { name: 'find', arguments: '{"cut' } },
          ],
        },
      },
    ],
    usage: { prompt_tokens: expect.any(Number) },
  });
  expect(await ask([given], tools)).toEqual(first);
  const said = { role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'find' } }] };
  const second = await ask([given, said, { role: 'tool', tool_call_id: 'a', content: 'one' }], tools);
  expect(second.body).not.toHaveProperty('usage');
  expect(second.body).toMatchObject({ choices: [{ finish_reason: 'length', message: { content: 'done' } }] });
  expect(questions.at(-1)).toMatchObject({ given: 'case 7', answered: 1, results: ['one'], tools: [{ name: 'find' }] });
  expect((await ask([given, said, said], tools)).status).toBe(429);
});

test('an oracle refuses what is no request of Chat Completions', async () => {
  expect((await ask(undefined, [])).status).toBe(400);
  expect((await fetch(`http://127.0.0.1:${served.port}/other`)).status).toBe(404);
});

async function ask(messages: unknown, tools: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://127.0.0.1:${served.port}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'oracle', messages, tools }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}
