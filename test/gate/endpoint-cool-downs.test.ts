import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { JobError } from '../../domain/errors.ts';
import type { Logger } from '../../domain/log.ts';
import { silentLogger } from '../../domain/log.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { callOf, type Database } from '../../gate/database.ts';
import type { Adapter, Gate } from '../../gate/index.ts';
import { aCall, databaseAs, gateAt, never, settled } from './fixture.ts';
import { type Receiver, receiver } from './receiver.ts';

const asking: Adapter = { send: async ({ http }) => settled(await http.post('/chat', {})) };

let gateLogin: Database;
let owner: Database;
let model: Receiver;
let answer: { status: number; retryAfter?: number; afterMs?: number } = { status: 200 };
const gates: Gate[] = [];

beforeAll(async () => {
  gateLogin = databaseAs('gate', 4);
  owner = databaseAs('owner', 1);
  model = await receiver((_request, response) => {
    const { status, retryAfter, afterMs = 0 } = answer;
    const wait = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    const reply = (): unknown =>
      response.writeHead(status, { 'content-type': 'application/json', ...wait }).end('{"said":"so"}');
    if (afterMs === 0) reply();
    else setTimeout(reply, afterMs);
  });
});
afterAll(async () => {
  await Promise.all(gates.map((gate) => gate.close()));
  await Promise.all([gateLogin.close(), owner.close(), model.close()]);
});

/** An endpoint that no other test has, and the gates of some workers that know it. */
async function endpointOf(
  workers: number,
  logger: Logger = silentLogger,
): Promise<{ id: string; workers: readonly Gate[] }> {
  const id = `e${randomBytes(6).toString('hex')}`;
  const endpoints = { [id]: { address: model.address, cleared: ['confidential' as const] } };
  const opened = await Promise.all(
    Array.from({ length: workers }, () => gateAt('http://127.0.0.1:1', { endpoints, logger })),
  );
  gates.push(...opened);
  return { id, workers: opened };
}

function ask(gate: Gate | undefined, endpoint: string, lastResort = false): Promise<Outcome<unknown>> {
  if (gate === undefined) throw new JobError('internal', 'There is no such worker.');
  const call = aCall({ effect: 'model', name: 'ask', target: { endpoint, lastResort } });
  return gate.perform(call, asking, { signal: never });
}

async function waitOf(endpoint: string, lastResort = false): Promise<number> {
  const [row] = await gateLogin.query<{ wait_ms: number }>(callOf('ask_endpoint', 3), [endpoint, 'at', lastResort]);
  return row?.wait_ms ?? -1;
}

const cool = (endpoint: string, kind: string, spanMs: number): Promise<unknown> =>
  gateLogin.query(callOf('cool_endpoint', 5), [endpoint, 'at', kind, spanMs, 'It is down.']);

async function move(endpoint: string, by: string): Promise<void> {
  const text =
    'update gate.endpoint set until = until + $2::interval, asked_at = asked_at + $2::interval where endpoint = $1';
  await owner.query({ name: 'test.move_cool_down', text }, [endpoint, by]);
}

test('after a 429 no gate sends anything there until its Retry-After is over [endpoint.cool-down]', async () => {
  const { id, workers } = await endpointOf(2);
  answer = { status: 429, retryAfter: 2 };
  expect(await ask(workers[0], id)).toMatchObject({ kind: 'unavailable', why: 'status-429', waitMs: 2_000 });
  answer = { status: 200 };
  const before = model.received.length;
  const meanwhile = await Promise.all([...workers, ...workers].map((gate, index) => ask(gate, id, index > 1)));
  for (const outcome of meanwhile) {
    expect(outcome).toMatchObject({ kind: 'unavailable', why: 'cooling' });
    expect(outcome).toMatchObject({
      sentence: expect.stringMatching(
        /^The endpoint "e[0-9a-f]+" answered 429.*; it is asked again in 2 s at the earliest\.$/,
      ),
    });
  }
  expect(model.received.length).toBe(before);
  await delay(2_100);
  expect(await ask(workers[1], id)).toMatchObject({ kind: 'committed' });
});

test('a 429 without a Retry-After means ten seconds, and what is asked for is bounded by a day [endpoint.cool-down]', async () => {
  const { id, workers } = await endpointOf(1);
  answer = { status: 429 };
  expect(await ask(workers[0], id)).toMatchObject({ why: 'status-429', waitMs: 10_000 });
  expect(await workers[0]?.endpoints.cooling()).toEqual([
    { endpoint: id, kind: 'closed', waitMs: expect.any(Number), sentence: expect.stringContaining('answered 429') },
  ]);
  const other = `e${randomBytes(6).toString('hex')}`;
  await cool(other, 'limited', 1e12);
  expect(await waitOf(other)).toBeLessThanOrEqual(86_400_000);
  await cool(other, 'limited', 5);
  expect(await waitOf(other)).toBeGreaterThan(86_000_000);
});

test('each failure after a cool-down doubles the next one up to a minute, those during it do not [endpoint.back-off]', async () => {
  const id = `e${randomBytes(6).toString('hex')}`;
  const waits: number[] = [];
  for (let failure = 0; failure < 9; failure += 1) {
    await Promise.all(Array.from({ length: 5 }, () => cool(id, 'failing', 0)));
    waits.push(await waitOf(id));
    await move(id, '-61 seconds');
  }
  [1, 2, 4, 8, 16, 32, 60, 60, 60].forEach((seconds, index) => {
    expect(waits[index]).toBeGreaterThan(seconds * 1_000 - 900);
    expect(waits[index]).toBeLessThanOrEqual(Math.min(seconds * 1_250, 60_000));
  });
  await gateLogin.query(callOf('endpoint_answered', 2), [id, 'at']);
  await cool(id, 'failing', 0);
  expect(await waitOf(id)).toBeLessThanOrEqual(1_250);
});

test('a failing endpoint that is the last resort is asked once a second by all workers together, and a success frees it [endpoint.back-off]', async () => {
  const { id, workers } = await endpointOf(2);
  answer = { status: 503 };
  await ask(workers[0], id);
  await move(id, '3 seconds');
  await move(id, '-2 seconds');
  // The first must not be answered, which frees the endpoint, before the other asks.
  answer = { status: 200, afterMs: 500 };
  expect(await ask(workers[0], id)).toMatchObject({ why: 'cooling' });
  const asked = model.received.length;
  await delay(50);
  const first = await Promise.all([ask(workers[0], id, true), ask(workers[1], id, true)]);
  expect(first.map(({ kind }) => kind).toSorted()).toEqual(['committed', 'unavailable']);
  expect(model.received.length - asked).toBe(1);
  answer = { status: 200 };
  expect(await ask(workers[1], id)).toMatchObject({ kind: 'committed' });
});

test('an endpoint that does not let anybody in is closed for five minutes, with one warning, and open to who starts anew [endpoint.failover]', async () => {
  const warned: string[] = [];
  const { id, workers } = await endpointOf(1, { ...silentLogger, warn: (message) => void warned.push(message) });
  answer = { status: 401 };
  expect(await ask(workers[0], id)).toMatchObject({ kind: 'rejected', status: 401 });
  answer = { status: 200 };
  expect(await ask(workers[0], id, true)).toMatchObject({ why: 'cooling' });
  const [coolDown] = (await workers[0]?.endpoints.cooling()) ?? [];
  expect(coolDown?.waitMs).toBeGreaterThan(290_000);
  expect(warned).toEqual([
    expect.stringMatching(/^The endpoint "e[0-9a-f]+" answered 401.*; mend its key: `credentialRef` in temporal\.yaml/),
  ]);
  const endpoints = { [id]: { address: model.address, cleared: ['confidential' as const] } };
  const anew = await gateAt('http://127.0.0.1:1', { endpoints });
  gates.push(anew);
  expect(await ask(anew, id)).toMatchObject({ kind: 'committed' });
});

test('a clock that went back by a day keeps no endpoint closed for longer than its span [gate.clock]', async () => {
  const id = `e${randomBytes(6).toString('hex')}`;
  await cool(id, 'limited', 5_000);
  await move(id, '1 day');
  expect(await waitOf(id)).toBeLessThanOrEqual(5_000);
  await delay(20);
  expect(await waitOf(id)).toBeLessThan(5_000);
});

test('a call that was answered gives its answer while its endpoint cools down [gate.stored-result]', async () => {
  const { id, workers } = await endpointOf(1);
  const call = aCall({ effect: 'model', name: 'ask', target: { endpoint: id } });
  answer = { status: 200 };
  const first = await workers[0]?.perform(call, asking, { signal: never });
  answer = { status: 429, retryAfter: 60 };
  await ask(workers[0], id);
  expect(await workers[0]?.perform(call, asking, { signal: never })).toEqual(first);
});
