import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { callKeyOf } from '../../domain/digest.ts';
import { JobError } from '../../domain/errors.ts';
import { silentLogger } from '../../domain/log.ts';
import { type Adapter, type Call, type Gate, openGate } from '../../gate/index.ts';
import { provisionGate } from '../../gate/schema/provision.ts';
import { aCall, never, posting, settled } from './fixture.ts';
import { type OwnPostgres, ownPostgres } from './own-postgres.ts';
import { json, type Receiver, receiver } from './receiver.ts';

let postgres: OwnPostgres;
let gate: Gate;
let books: Receiver;

beforeAll(async () => {
  postgres = await ownPostgres();
  const { gateUrl } = await provisionGate({
    adminUrl: postgres.adminUrl,
    database: 'gate',
    passwords: { owner: 'o', gate: 'g', client: 'c' },
  });
  books = await receiver(async (request, response) => {
    await sleep(Number(request.path.split('/').at(-1)) || 0, undefined, { ref: false });
    json(response, 201, { id: 1 });
  });
  gate = await openGate({
    databaseUrl: gateUrl,
    label: 'outage',
    systems: { books: { address: books.address } },
    endpoints: {},
    logger: silentLogger,
  });
});
beforeEach(async () => {
  await expect(eventually(aCall())).resolves.toMatchObject({ kind: 'committed' });
});
afterAll(async () => {
  await gate.close();
  await books.close();
  await postgres.remove();
});

const postTo = (path: string): Adapter => ({
  send: async ({ http, key }) => settled(await http.post(path, {}, { key })),
});
const sends = (call: Call): number =>
  books.received.filter(({ headers }) => headers['idempotency-key'] === callKeyOf(call)).length;

async function cutConnections(): Promise<void> {
  const admin = new Client({ connectionString: postgres.adminUrl });
  await admin.connect();
  const { rowCount } = await admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'holdfast_gate'`,
  );
  expect(rowCount).toBeGreaterThan(1);
  await admin.end();
}

/** Performs as Temporal would: again after each error, which may only be one that is to be tried again. */
async function eventually(call: Call, adapter: Adapter = posting): Promise<unknown> {
  for (;;) {
    try {
      return await gate.perform(call, adapter, { signal: never });
    } catch (error) {
      if (!(error instanceof JobError) || error.traits.nonRetryable || error.code === 'internal') throw error;
      await sleep(100);
    }
  }
}

test('when the database is killed, a call that was not claimed is unavailable, and is carried out once it is back [gate.outage]', async () => {
  await postgres.stop('crash');
  await expect(gate.perform(aCall(), posting, { signal: never })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('nothing is sent until it does'),
  });
  await postgres.start();
  const call = aCall();
  await expect(eventually(call)).resolves.toMatchObject({ kind: 'committed' });
  expect(sends(call)).toBe(1);
});

test('when every connection is cut, what is in flight is settled as if nothing had been', async () => {
  const [a, d] = [aCall(), aCall({ class: 'D' })];
  const outcomes = Promise.all([
    gate.perform(a, postTo('/600'), { signal: never }),
    gate.perform(d, postTo('/600'), { signal: never }),
  ]);
  while (sends(a) + sends(d) < 2) await sleep(5);
  await cutConnections();
  await expect(outcomes).resolves.toMatchObject([{ kind: 'committed' }, { kind: 'committed' }]);
  expect([sends(a), sends(d)]).toEqual([1, 1]);
});

test('when the database is killed after an answer came in, the settlement waits for it [gate.outage]', async () => {
  const call = aCall({ class: 'D' });
  let back: Promise<void> = Promise.resolve();
  const answeredThenDown: Adapter = {
    send: async (context) => {
      const settlement = await posting.send(context);
      await postgres.stop('crash');
      back = sleep(2_000).then(() => postgres.start());
      return settlement;
    },
  };
  await expect(gate.perform(call, answeredThenDown, { signal: never })).resolves.toMatchObject({ kind: 'committed' });
  await back;
  await expect(eventually(call)).resolves.toMatchObject({ kind: 'committed' });
  expect(sends(call)).toBe(1);
});

test('when the database is killed for longer than a lease, what is in flight is aborted: A is repeated under its key, D is unknown', async () => {
  const [a, d] = [aCall(), aCall({ class: 'D' })];
  const first = [
    gate.perform(a, postTo('/5000'), { signal: never }),
    gate.perform(d, postTo('/5000'), { signal: never }),
  ];
  for (const outcome of first) outcome.catch(() => undefined);
  while (sends(a) + sends(d) < 2) await sleep(5);
  await postgres.stop('crash');
  for (const outcome of first) await expect(outcome).rejects.toMatchObject({ code: 'lease-lost' });
  await postgres.start();
  await expect(eventually(a)).resolves.toMatchObject({ kind: 'committed' });
  await expect(eventually(d)).resolves.toMatchObject({ kind: 'unknown' });
  expect([sends(a), sends(d)]).toEqual([2, 1]);
});
