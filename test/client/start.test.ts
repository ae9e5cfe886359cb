import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient } from '../../client/index.ts';
import { Client } from 'pg';
import { parseTenant } from '../../domain/ids.ts';
import { eventually } from '../fixtures/eventually.ts';
import { probe } from '../fixtures/probe/job.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { sharedStack } from '../stack-addresses.ts';

let receiver: Receiver;
let engine: ProbeEngine;

beforeAll(async () => {
  receiver = await startReceiver();
  engine = await startProbe({ systems: { receiver: { address: receiver.address } } });
});

afterAll(async () => {
  await engine.close();
  await receiver.close();
});

test('a hundred starts of one identity at the same time are one run [client.start-once]', async () => {
  const { client, tenant } = engine;
  const input = { run: randomUUID(), scenario: 'native', identity: '', count: 1 } as const;
  const started = await Promise.all(Array.from({ length: 100 }, () => client.start(probe, input, { tenant })));
  expect(new Set(started.map(({ runId }) => runId)).size).toBe(1);
  expect(started.filter(({ existing }) => !existing)).toHaveLength(1);
  expect((await client.wait(started[0]?.runId ?? '', { tenant, timeoutMs: 20_000 })).status).toBe('completed');
  expect(receiver.received).toHaveLength(1);
});

test('one identity in two tenants is two runs', async () => {
  const { client, tenant } = engine;
  const other = parseTenant(`${tenant}-other`);
  const input = { run: randomUUID(), scenario: 'pauseable', identity: '', count: 1 } as const;
  const [one, two] = await Promise.all([
    client.start(probe, input, { tenant }),
    client.start(probe, input, { tenant: other }),
  ]);
  expect(one.runId).not.toBe(two.runId);
  const ended = await Promise.all([client.wait(one.runId, { tenant }), client.wait(two.runId, { tenant: other })]);
  expect(ended.map(({ status }) => status)).toEqual(['completed', 'completed']);
});

test('a start that was cut before it reached Temporal says why, and the next start ends it [client.start-once]', async () => {
  const { client, tenant } = engine;
  const input = { run: randomUUID(), scenario: 'pauseable', identity: '', count: 1 } as const;
  // Temporal refuses a start without a Task Queue, after the run has its row.
  const cut = await clientFor('');
  await expect(cut.start(probe, input, { tenant })).rejects.toMatchObject({
    code: 'stack-failed',
    message: expect.stringMatching(/^Temporal did not take the run .* Starting it again is safe\.$/),
  });
  const [listed] = await client.list({ tenant, limit: 1 });
  const runId = listed?.runId ?? '';
  const seen = await client.view(runId, { tenant });
  expect(seen).toMatchObject({
    live: false,
    blocked: { error: expect.stringContaining('Temporal did not take the run'), attempts: 1 },
  });
  expect(seen).not.toHaveProperty('end');
  await expect(client.pause(runId, { actor: 'test', tenant })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('has not reached Temporal yet; start it again'),
  });
  expect(await client.start(probe, input, { tenant })).toMatchObject({ runId, existing: true, status: 'starting' });
  const ended = await client.wait(runId, { tenant, timeoutMs: 20_000 });
  expect(ended.status).toBe('completed');
  expect(ended).not.toHaveProperty('end');
  await cut.close();
});

test('an open run shows no end, although Temporal was thought not to have taken it [client.start-once]', async () => {
  const { client, tenant } = engine;
  const input = { run: randomUUID(), scenario: 'signal', identity: '', count: 1 } as const;
  const { runId } = await client.start(probe, input, { tenant });
  await eventually(async () => ((await client.view(runId, { tenant })).status === 'waiting' ? true : undefined));
  // What a start leaves whose answer was lost on the way, while a worker had begun already.
  const owner = new Client({ connectionString: sharedStack().database.ownerUrl });
  await owner.connect();
  const text = `update gate.run set end_code = 'stack-failed', end_sentence = 'Lost.' where tenant = $1 and run_id = $2`;
  expect((await owner.query(text, [tenant, runId])).rowCount).toBe(1);
  await owner.end();
  expect(await client.view(runId, { tenant })).not.toHaveProperty('end');
  const listed = await client.list({ tenant, status: 'waiting' });
  expect(listed.find((run) => run.runId === runId)).not.toHaveProperty('end');
});

test.each([
  ['a missing field', { run: 'r' }, 'scenario: '],
  ['an unknown field', { run: 'r', scenario: 'native', colour: 'red' }, 'colour'],
  ['a value of the wrong kind', { run: 7, scenario: 'native' }, 'run: expected string, received number'],
])(
  'an input with %s is refused by name before anything is stored [client.bad-input]',
  async (_name, input, problem) => {
    const { client, tenant } = engine;
    const own = parseTenant(`${tenant}-bad`);
    const refused = { code: 'invalid-input', message: expect.stringContaining(problem) };
    await expect(client.start(probe, input as never, { tenant: own })).rejects.toMatchObject(refused);
    expect(await client.list({ tenant: own })).toEqual([]);
  },
);

test('a tenant or a text that cannot be is refused by name, also where no type kept it out [client.bad-input]', async () => {
  const { client, tenant } = engine;
  const input = { run: randomUUID(), scenario: 'native', identity: '', count: 1 } as const;
  const refused = (part: string): object => ({ code: 'invalid-input', message: expect.stringContaining(part) });
  await expect(client.start(probe, input, { tenant: 'No Tenant' as never })).rejects.toMatchObject(
    refused('No Tenant'),
  );
  await expect(client.list({ tenant: '' as never })).rejects.toMatchObject(refused('The tenant ""'));
  await expect(client.list({ tenant, status: 'bogus' as never })).rejects.toMatchObject(
    refused('"bogus"; there are running'),
  );
  await expect(client.start(probe, input, { tenant, actor: 'a\u0000b' })).rejects.toMatchObject(refused('NUL'));
});

test('a job that the client does not know is refused with the jobs that it knows [client.bad-input]', async () => {
  const { client, tenant } = engine;
  const other = { ...probe, name: 'other' };
  await expect(client.start(other, { run: 'r', scenario: 'native' } as never, { tenant })).rejects.toMatchObject({
    code: 'unknown-job',
    message: expect.stringContaining('known are: probe'),
  });
});

test('a client without Temporal, or without its database, says which one does not answer', async () => {
  const { temporal, database } = sharedStack();
  const { registry } = engine;
  const nowhere = { ...temporal, address: '127.0.0.1:1' };
  const base = { registry, taskQueue: 'q' };
  await expect(createClient({ ...base, temporal: nowhere, databaseUrl: database.clientUrl })).rejects.toMatchObject({
    code: 'stack-failed',
    message: expect.stringContaining('Temporal does not answer at 127.0.0.1:1'),
  });
  await expect(
    createClient({ ...base, temporal, databaseUrl: 'postgres://x:y@127.0.0.1:1/none' }),
  ).rejects.toMatchObject({
    code: 'stack-failed',
    message: expect.stringContaining('database'),
  });
});

function clientFor(taskQueue: string): ReturnType<typeof createClient> {
  const { temporal, database } = sharedStack();
  return createClient({ temporal, databaseUrl: database.clientUrl, registry: engine.registry, taskQueue });
}
