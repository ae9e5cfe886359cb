import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { callKeyOf } from '../../domain/digest.ts';
import type { StepPath } from '../../domain/ids.ts';
import type { Database } from '../../gate/database.ts';
import { type Adapter, type Gate, SendError } from '../../gate/index.ts';
import { aCall, anIdentity, databaseAs, gateAt, ledgerRow, never, newTenant, posting, settled } from './fixture.ts';
import { json, type Receiver, receiver } from './receiver.ts';

let books: Receiver;
let gate: Gate;
let owner: Database;

beforeAll(async () => {
  owner = databaseAs('owner');
  books = await receiver((request, response) => {
    if (request.path === '/refused') json(response, 422, { error: { message: 'The account 9999\nis unknown.' } });
    else if (request.path === '/slow') setTimeout(() => json(response, 201, { id: 2 }), 400);
    else if (request.path === '/garbage') response.writeHead(201).end('<html>');
    else json(response, 201, { id: 1 });
  });
  gate = await gateAt(books.address);
});
afterAll(async () => {
  await gate.close();
  await books.close();
  await owner.close();
});

const postTo = (path: string): Adapter => ({
  send: async ({ http, key }) => settled(await http.post(path, { amount: 100 }, { key })),
});

test('perform sends once under the call key and answers the stored result to whoever asks again [gate.stored-result]', async () => {
  const call = aCall();
  const outcome = { kind: 'committed', value: { answer: '{"id":1}' } };
  await expect(gate.perform(call, posting, { signal: never })).resolves.toEqual(outcome);
  await expect(gate.perform(call, posting, { signal: never })).resolves.toEqual(outcome);
  const other = await gateAt(books.address);
  await expect(other.perform(call, posting, { signal: never })).resolves.toEqual(outcome);
  await other.close();
  expect(books.sentWith(callKeyOf(call))).toBe(1);
});

test('perform sends once when the same call is asked for ten times at once, in two processes', async () => {
  const call = aCall();
  const other = await gateAt(books.address);
  const asked = Array.from({ length: 10 }, (_, index) =>
    (index % 2 === 0 ? gate : other).perform(call, postTo('/slow'), { signal: never }),
  );
  const outcomes = await Promise.all(asked);
  await other.close();
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['committed']));
  expect(books.sentWith(callKeyOf(call))).toBe(1);
});

test('perform books one of 20 calls with one identity; 19 are conflicts that name it [gate.identity-once]', async () => {
  const [tenant, identity] = [newTenant(), anIdentity('vendor 1, invoice 2')];
  const other = await gateAt(books.address);
  const calls = Array.from({ length: 20 }, () => aCall({ tenant, identity }));
  const outcomes = await Promise.all(
    calls.map((call, index) => (index % 2 === 0 ? gate : other).perform(call, postTo('/slow'), { signal: never })),
  );
  await other.close();
  const winner = calls[outcomes.findIndex(({ kind }) => kind === 'committed')];
  expect(outcomes.filter(({ kind }) => kind === 'committed')).toHaveLength(1);
  const holder = { runId: winner?.runId, stepPath: winner?.stepPath };
  expect(outcomes.filter(({ kind }) => kind !== 'committed')).toEqual(
    Array.from({ length: 19 }, () => expect.objectContaining({ kind: 'conflict', holder })),
  );
  expect(calls.map((call) => books.sentWith(callKeyOf(call))).filter((sends) => sends > 0)).toEqual([1]);
});

test('perform lets the next of those who wait for an identity have it when the first is rejected [gate.identity-freed]', async () => {
  const [tenant, identity] = [newTenant(), anIdentity('vendor 1, invoice 3')];
  const refused = gate.perform(
    aCall({ tenant, identity }),
    {
      send: async (context) => {
        await context.http.get('/slow');
        return postTo('/refused').send(context);
      },
    },
    { signal: never },
  );
  await new Promise((resolve) => setTimeout(resolve, 150));
  const next = gate.perform(aCall({ tenant, identity }), posting, { signal: never });
  await expect(refused).resolves.toMatchObject({ kind: 'rejected', status: 422 });
  await expect(next).resolves.toMatchObject({ kind: 'committed' });
});

test('perform answers a refusal with the status and the words of the receiver on one line, and keeps it', async () => {
  const call = aCall();
  const outcome = {
    kind: 'rejected',
    status: 422,
    sentence: 'The system "books" answered 422: The account 9999 is unknown.',
  };
  await expect(gate.perform(call, postTo('/refused'), { signal: never })).resolves.toEqual(outcome);
  await expect(gate.perform(call, postTo('/refused'), { signal: never })).resolves.toEqual(outcome);
  expect(books.sentWith(callKeyOf(call))).toBe(1);
});

test('perform commits a write that was answered 2xx with an unreadable body, and hands it to a person, also on repeats', async () => {
  const call = aCall();
  const outcome = {
    kind: 'unknown',
    sentence: expect.stringMatching(/carried out post_booking \(answer 201\).*<html>.*a person must look/),
  };
  await expect(gate.perform(call, postTo('/garbage'), { signal: never })).resolves.toEqual(outcome);
  await expect(gate.perform(call, postTo('/garbage'), { signal: never })).resolves.toEqual(outcome);
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({ state: 'committed', status: 201 });
  expect(books.sentWith(callKeyOf(call))).toBe(1);
});

test('perform asks again for a read that was answered with an unreadable body', async () => {
  const call = aCall({ effect: 'read' });
  const reading: Adapter = { send: async ({ http }) => settled(await http.get('/garbage')) };
  await expect(gate.perform(call, reading, { signal: never })).rejects.toMatchObject({ code: 'invalid-response' });
  await expect(gate.perform(call, posting, { signal: never })).resolves.toMatchObject({ kind: 'committed' });
});

test('perform answers a refusal of a model endpoint without storing it, so that another endpoint may take the call', async () => {
  const other = await gateAt(books.address, {
    endpoints: {
      small: { address: books.address, cleared: ['internal'] },
      large: { address: books.address, cleared: ['internal'] },
    },
  });
  const call = aCall({ effect: 'model', dataClass: 'internal', target: { endpoint: 'small' } });
  await expect(other.perform(call, postTo('/refused'), { signal: never })).resolves.toMatchObject({
    kind: 'rejected',
    status: 422,
    sentence: expect.stringContaining('The endpoint "small"'),
  });
  await expect(
    other.perform({ ...call, target: { endpoint: 'large' } }, posting, { signal: never }),
  ).resolves.toMatchObject({ kind: 'committed' });
  await other.close();
});

test('perform rethrows what the adapter throws before anything left, and the call stays free', async () => {
  const call = aCall({ class: 'D', identity: anIdentity('unsent') });
  const broken: Adapter = { send: () => Promise.reject(new TypeError('broken')) };
  await expect(gate.perform(call, broken, { signal: never })).rejects.toThrow(new TypeError('broken'));
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({
    state: 'claimed',
    owner: null,
    exposed_at: null,
    holds: null,
  });
  await expect(gate.perform(call, posting, { signal: never })).resolves.toMatchObject({ kind: 'committed' });
});

test('perform performs a tool that only computes, and lets it reach nothing', async () => {
  await expect(
    gate.perform(aCall({ target: undefined, effect: 'read' }), { send: async () => settled(4) }, { signal: never }),
  ).resolves.toMatchObject({ kind: 'committed' });
  await expect(
    gate.perform(aCall({ target: undefined, effect: 'read' }), posting, { signal: never }),
  ).rejects.toMatchObject({ code: 'denied' });
});

test('perform refuses a system that is not configured, naming those that are', async () => {
  const call = aCall({ target: { system: 'cooks' } });
  await expect(gate.perform(call, posting, { signal: never })).rejects.toMatchObject({
    code: 'invalid-config',
    message: expect.stringContaining('it has: books'),
  });
});

test('perform stores what a settlement refers to before it answers', async () => {
  const call = aCall();
  const bytes = new TextEncoder().encode('{"said":"yes"}');
  const ref = await gate.blobs.put(newTenant(), { mediaType: 'application/json', bytes });
  const adapter: Adapter = {
    send: async () => ({
      result: { ref },
      blobs: [{ mediaType: 'application/json', bytes }],
      messages: [{ agentPath: 'a' as StepPath, seq: 0, ref }],
    }),
  };
  await gate.perform(call, adapter, { signal: never });
  await expect(gate.blobs.get(call.tenant, ref)).resolves.toMatchObject({ mediaType: 'application/json' });
  await expect(gate.transcripts.read({ ...call, agentPath: 'a' as StepPath, from: 0, to: 1 })).resolves.toEqual([
    { said: 'yes' },
  ]);
});

test('perform treats an adapter that cannot read a 2xx like an unreadable answer', async () => {
  const call = aCall();
  const picky: Adapter = {
    send: async ({ http }) => {
      await http.post('/bookings', {});
      throw new SendError({ kind: 'invalid-response', why: 'an answer without a number' });
    },
  };
  await expect(gate.perform(call, picky, { signal: never })).resolves.toMatchObject({
    kind: 'unknown',
    sentence: expect.stringContaining('an answer without a number'),
  });
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({ state: 'committed' });
});

test('an endpoint that is not cleared for the data is never called, and the sentence names endpoint, class and where to clear it [model.cleared]', async () => {
  const model = await receiver((_request, response) => json(response, 200, {}));
  const other = await gateAt(books.address, {
    endpoints: { small: { address: model.address, cleared: ['public', 'internal'] } },
  });
  const call = aCall({ effect: 'model', target: { endpoint: 'small' }, dataClass: 'confidential' });
  const refused = other.perform(call, posting, { signal: never });
  await expect(refused).rejects.toMatchObject({
    code: 'not-cleared',
    message: expect.stringMatching(/"small".*confidential.*HOLDFAST_CLEARED.*`cleared` in temporal\.yaml/),
  });
  expect(model.connections()).toBe(0);
  await other.close();
  await model.close();
});

test('a settled read-back makes a committed call verified, or unknown with what differs; nothing else changes [gate.read-back]', async () => {
  const [good, bad] = [aCall(), aCall()];
  await gate.perform(good, posting, { signal: never });
  await gate.perform(bad, posting, { signal: never });
  await expect(gate.settleReadBack(good)).resolves.toBe('verified');
  await expect(gate.settleReadBack({ ...good, sentence: 'too late' })).resolves.toBe('verified');
  await expect(gate.settleReadBack({ ...bad, sentence: 'The amount is 90.' })).resolves.toBe('unknown');
  await expect(gate.perform(good, posting, { signal: never })).resolves.toMatchObject({ kind: 'committed' });
  await expect(gate.perform(bad, posting, { signal: never })).resolves.toEqual({
    kind: 'unknown',
    sentence: 'The amount is 90.',
  });
});

test('closing the gate waits for what is in flight, takes nothing new, and leaves nothing to wait for', async () => {
  const closing = await gateAt(books.address);
  const call = aCall();
  const inFlight = closing.perform(call, postTo('/slow'), { signal: never });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const closed = closing.close();
  await expect(closing.perform(aCall(), posting, { signal: never })).rejects.toMatchObject({ code: 'unavailable' });
  await expect(inFlight).resolves.toMatchObject({ kind: 'committed' });
  await closed;
});
