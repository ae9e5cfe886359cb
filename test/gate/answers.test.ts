import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EffectClass } from '../../domain/effects.ts';
import type { Database } from '../../gate/database.ts';
import type { Adapter, Gate } from '../../gate/index.ts';
import { aCall, databaseAs, gateAt, ledgerRow, never, posting, settled } from './fixture.ts';
import { json, type Receiver, receiver } from './receiver.ts';

let books: Receiver;
let gate: Gate;
let owner: Database;

beforeAll(async () => {
  owner = databaseAs('owner');
  books = await receiver((request, response) => {
    const [, status = '200', wait = '1'] = request.path.split('/');
    if (status === 'hang') return;
    if (status === 'cut') response.destroy();
    else if (status === 'half')
      response.writeHead(201, { 'content-length': '100' }).write('{"id":', () => response.destroy());
    else json(response.setHeader('retry-after', wait), Number(status), { message: 'because' });
  });
  gate = await gateAt(books.address, {
    systems: { books: { address: books.address }, down: { address: 'http://127.0.0.1:1' } },
  });
});
afterAll(async () => {
  await gate.close();
  await books.close();
  await owner.close();
});

const postTo = (path: string): Adapter => ({ send: async ({ http }) => settled(await http.post(path, {})) });
const kinds = async (path: string, effectClass: EffectClass): Promise<string> => {
  const call = aCall({ class: effectClass, timeoutMs: 300 });
  const outcome = await gate.perform(call, { ...postTo(path), reconcile: async () => undefined }, { signal: never });
  const row = await ledgerRow(owner, call);
  return `${outcome.kind}, ledger ${row.state}, ${row.owner === null ? 'given up' : 'held'}`;
};

test.each(['400', '401', '403', '404', '410', '422'])(
  'an answer of %s rejects the call in every class',
  async (status) => {
    await expect(
      Promise.all((['A', 'B', 'C', 'D'] as const).map((effectClass) => kinds(`/${status}`, effectClass))),
    ).resolves.toEqual(Array.from({ length: 4 }, () => 'rejected, ledger rejected, held'));
  },
);

test('a refusal after an accepted part of the same call makes it unknown [gate.answers]', async () => {
  const call = aCall();
  const twice: Adapter = {
    send: async ({ http }) => {
      await http.post('/201', {});
      return settled(await http.post('/422', {}));
    },
  };
  await expect(gate.perform(call, twice, { signal: never })).resolves.toMatchObject({
    kind: 'unknown',
    sentence: expect.stringContaining('accepted an earlier part'),
  });
});

test.each(['408', '409', '425', '429', '500', '502', '503', '302', 'cut', 'half', 'hang'])(
  'what is no clear answer after bytes have left (%s) is decided by class',
  async (answer) => {
    const again = 'unavailable, ledger claimed, given up';
    await expect(kinds(`/${answer}`, 'A')).resolves.toBe(again);
    await expect(kinds(`/${answer}`, 'B')).resolves.toBe(again);
    await expect(kinds(`/${answer}`, 'C')).resolves.toBe('unavailable, ledger sent, given up');
    await expect(kinds(`/${answer}`, 'D')).resolves.toBe('unknown, ledger unknown, held');
  },
);

test('a retry waits for as long as Retry-After asks, and its sentence says what was answered', async () => {
  const outcome = await gate.perform(aCall(), postTo('/503/7'), { signal: never });
  expect(outcome).toEqual({
    kind: 'unavailable',
    why: 'status-503',
    waitMs: 7_000,
    sentence: 'The system "books" answered 503: because.',
  });
});

test('a lost answer in class C is settled by what the receiver says when it is asked', async () => {
  const call = aCall({ class: 'C' });
  const outcome = await gate.perform(
    call,
    { ...postTo('/cut'), reconcile: async () => settled('it is there') },
    { signal: never },
  );
  expect(outcome).toEqual({ kind: 'committed', value: { answer: '"it is there"' } });
});

test('a lost answer in class C is unknown when nothing can be asked, and asked again later when it cannot be asked now [gate.doubt-to-a-person]', async () => {
  const [mute, down] = [aCall({ class: 'C' }), aCall({ class: 'C' })];
  await expect(gate.perform(mute, postTo('/500'), { signal: never })).resolves.toMatchObject({ kind: 'unknown' });
  const asking: Adapter = { ...postTo('/500'), reconcile: async ({ http }) => settled(await http.get('/503')) };
  await expect(gate.perform(down, asking, { signal: never })).resolves.toMatchObject({
    kind: 'unavailable',
    why: 'status-503',
  });
  await expect(
    gate.perform(down, { ...postTo('/201'), reconcile: async () => undefined }, { signal: never }),
  ).resolves.toMatchObject({ kind: 'committed' });
});

test('a lost answer of a read is repeated freely, whatever class it states', async () => {
  const call = aCall({ effect: 'read', class: 'D', timeoutMs: 300 });
  await expect(gate.perform(call, postTo('/hang'), { signal: never })).resolves.toMatchObject({
    kind: 'unavailable',
    why: 'timed-out',
    sentence: 'The system "books" did not answer within 0.3 s.',
  });
  await expect(gate.perform(call, postTo('/200'), { signal: never })).resolves.toMatchObject({ kind: 'committed' });
});

test('a status that the library of an adapter wraps in an error of its own still decides [gate.answers]', async () => {
  const wrapping: Adapter = {
    send: async ({ fetch }) => {
      const response = await fetch('/429/3');
      throw new Error(`the library says: ${response.status}`);
    },
  };
  const outcome = await gate.perform(aCall({ effect: 'model' }), wrapping, { signal: never });
  expect(outcome).toMatchObject({
    kind: 'unavailable',
    why: 'status-429',
    sentence: 'The system "books" answered 429: the library says: 429.',
  });
});

test('a system that cannot be reached is unavailable in every class, and the call stays free', async () => {
  for (const effectClass of ['A', 'B', 'C', 'D'] as const) {
    const call = aCall({ class: effectClass, target: { system: 'down' } });
    const outcome = await gate.perform(call, posting, { signal: never });
    expect(outcome).toMatchObject({
      kind: 'unavailable',
      why: 'unreachable',
      sentence: expect.stringMatching(/The system "down" cannot be reached \(.*ECONNREFUSED.*\); nothing was sent\./),
    });
    await expect(ledgerRow(owner, call)).resolves.toMatchObject({ state: 'claimed', owner: null, exposed_at: null });
  }
});

test('a deadline that passes before any byte left is unavailable too', async () => {
  const call = aCall({ class: 'D', timeoutMs: 300 });
  const outcome = await gate.perform(call, { send: () => new Promise(() => undefined) }, { signal: never });
  expect(outcome).toMatchObject({
    kind: 'unavailable',
    why: 'timed-out',
    sentence: 'The system "books" could not be reached within 0.3 s; nothing was sent.',
  });
  await expect(ledgerRow(owner, call)).resolves.toMatchObject({ state: 'claimed', owner: null, exposed_at: null });
});
