import { afterAll, beforeAll, expect, test } from '@jest/globals';
import OpenAI from 'openai';
import type { Adapter, Gate, SendContext, Settlement } from '../../gate/index.ts';
import { aCall, gateAt, never, settled } from './fixture.ts';
import { json, type Receiver, receiver } from './receiver.ts';

const CREDENTIAL = 'secret-credential-of-books';

let books: Receiver;
let elsewhere: Receiver;
let gate: Gate;

beforeAll(async () => {
  elsewhere = await receiver((_request, response) => json(response, 200, { from: 'elsewhere' }));
  books = await receiver((request, response) => {
    if (request.path.startsWith('/api/away'))
      json(response.setHeader('location', `${elsewhere.address}/taken`), 307, {});
    else if (request.path.startsWith('/api/large')) response.writeHead(200).end(Buffer.alloc(17 * 1024 * 1024, 'x'));
    else if (request.path.startsWith('/api/empty')) response.writeHead(204).end();
    else if (request.path.startsWith('/api/v1/chat'))
      json(response, 200, { choices: [{ message: { role: 'assistant', content: 'hello' } }] });
    else json(response, 200, { path: request.path, method: request.method, body: request.body });
  });
  gate = await gateAt(books.address, {
    systems: { books: { address: `${books.address}/api/`, credential: CREDENTIAL }, open: { address: books.address } },
  });
});
afterAll(async () => {
  await gate.close();
  await books.close();
  await elsewhere.close();
});

const reading = (use: (context: SendContext) => Promise<unknown>): Adapter => ({
  send: async (context) => settled(await use(context)),
});
const perform = (use: (context: SendContext) => Promise<unknown>, system = 'books'): ReturnType<Gate['perform']> =>
  gate.perform(aCall({ effect: 'read', target: { system } }), reading(use), { signal: never });

async function withLease<Value>(call: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const lost = error instanceof Error && 'code' in error && error.code === 'lease-lost';
      if (!lost || attempt === 5) throw error;
    }
  }
}

test.each([
  ['a path', '/bookings', '/api/bookings'],
  ['a path without a slash', 'bookings', '/api/bookings'],
  ['what looks like another host', '//evil.example/x', '/api/evil.example/x'],
])('the way out appends %s to the own address', async (_name, path, expected) => {
  await perform(({ http }) => http.get(path, { query: { vendor: 'A & B', none: undefined } }));
  expect(books.received.at(-1)?.path).toBe(`${expected}?vendor=A+%26+B`);
});

test('the way out refuses every other address before a connection is made, by http and by fetch [gate.one-way-out]', async () => {
  const before = elsewhere.connections();
  for (const address of [
    elsewhere.address,
    'https://example.com/',
    'file:///etc/passwd',
    `${books.address.replace('http://', 'http://login@')}/x`,
  ]) {
    await expect(perform(({ http }) => http.get(address))).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringContaining('nothing was sent'),
    });
    await expect(perform(({ fetch }) => fetch(address))).rejects.toMatchObject({ code: 'denied' });
  }
  expect(elsewhere.connections()).toBe(before);
});

test('the way out follows no redirect: it is an answer like any other [gate.one-way-out]', async () => {
  await expect(perform(({ http }) => http.get('/away'))).resolves.toMatchObject({
    kind: 'unavailable',
    why: 'status-307',
  });
  await expect(perform(async ({ fetch }) => (await fetch('/away')).status)).resolves.toMatchObject({
    kind: 'committed',
    value: { answer: '307' },
  });
  expect(elsewhere.received).toEqual([]);
});

test('the way out adds the credential, which the adapter neither sees nor can replace [gate.credentials-hidden]', async () => {
  let seen = '';
  await perform(async (context) => {
    seen =
      JSON.stringify(context) +
      JSON.stringify(await context.http.get('/x', { headers: { Authorization: 'Bearer mine' } }));
    const response = await context.fetch('/y', { headers: { authorization: 'Bearer mine' } });
    seen += `${response.url}${JSON.stringify([...response.headers])}${await response.text()}`;
    return null;
  });
  expect(books.received.slice(-2).map(({ headers }) => headers.authorization)).toEqual([
    `Bearer ${CREDENTIAL}`,
    `Bearer ${CREDENTIAL}`,
  ]);
  expect(seen).not.toContain(CREDENTIAL);
});

test('the way out sends no Authorization of the adapter to a system without a credential', async () => {
  await perform(({ http }) => http.get('/x', { headers: { authorization: 'Bearer mine' } }), 'open');
  expect(books.received.at(-1)?.headers.authorization).toBeUndefined();
});

test('the way out keeps the address of a system with a login in it from being used at all', async () => {
  const opened = gateAt(books.address, { systems: { books: { address: 'http://me:secret@127.0.0.1/' } } });
  await expect(opened).rejects.toMatchObject({
    code: 'invalid-config',
    message: expect.not.stringContaining('secret'),
  });
});

test('the way out reads at most 16 MiB', async () => {
  // Sender and reader share this process: a busy machine can stall it past its lease, and then the call is asked again.
  const large = withLease(() => perform(({ http }) => http.get('/large')));
  await expect(large).rejects.toMatchObject({
    code: 'invalid-response',
    message: expect.stringContaining('16777216 bytes'),
  });
});

test('the way out answers undefined for an empty body', async () => {
  await expect(perform(({ http }) => http.delete('/empty'))).resolves.toMatchObject({ kind: 'committed', value: {} });
});

test('the way out sends JSON with the key and headers that are asked for', async () => {
  await perform(({ http }) => http.put('/thing', { amount: 1 }, { key: 'the-key', headers: { 'x-kind': 'test' } }));
  expect(books.received.at(-1)).toMatchObject({
    method: 'PUT',
    body: '{"amount":1}',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'the-key', 'x-kind': 'test' },
  });
});

test('the way out is closed once its call has ended', async () => {
  const kept: SendContext[] = [];
  await perform(async (context) => kept.push(context));
  const [context] = kept;
  expect(context?.runId).toMatch(/^.+\..{22}$/);
  const before = books.received.length;
  await expect(context?.http.get('/late')).rejects.toThrow('The attempt is over.');
  expect(books.received).toHaveLength(before);
});

test('the way out carries the openai client, with the gate adding the key', async () => {
  const asking: Adapter = {
    send: async ({ fetch, signal }): Promise<Settlement> => {
      const client = new OpenAI({ apiKey: 'dummy', baseURL: `${books.address}/api/v1`, fetch, maxRetries: 0 });
      const answer = await client.chat.completions.create(
        { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
        { signal },
      );
      return settled(answer.choices[0]?.message.content);
    },
  };
  await expect(gate.perform(aCall({ effect: 'model' }), asking, { signal: never })).resolves.toEqual({
    kind: 'committed',
    value: { answer: '"hello"' },
  });
  expect(books.received.at(-1)).toMatchObject({
    path: '/api/v1/chat/completions',
    headers: { authorization: `Bearer ${CREDENTIAL}` },
  });
});
