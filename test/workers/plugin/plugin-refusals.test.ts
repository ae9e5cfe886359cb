import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NativeConnection, Worker } from '@temporalio/worker';
import { Client } from 'pg';
import { HoldfastClientPlugin } from '../../../client/index.ts';
import type { Tool } from '../../../jobs/tool.ts';
import { HoldfastPlugin, type HoldfastPluginOptions, provisionDatabase } from '../../../workers/index.ts';
import { tools } from '../../fixtures/plain/more/tools.ts';
import { type OwnPostgres, ownPostgres } from '../../gate/own-postgres.ts';
import '../../fixtures/quiet-runtime.ts';
import { sharedStack } from '../../stack-addresses.ts';
import { pathOf } from './plain-temporal.ts';

const run = promisify(execFile);

const PASSWORDS = { owner: 'owner-1', gate: 'gate-1', client: 'client-1' };
const SYSTEMS = { books: { address: 'http://127.0.0.1:9' } };
const GOOD: HoldfastPluginOptions = { tools, systems: SYSTEMS, databaseUrl: 'postgres://me:secret@127.0.0.1:1/none' };

let postgres: OwnPostgres;
let connection: NativeConnection;

beforeAll(async () => {
  postgres = await ownPostgres();
  connection = await NativeConnection.connect({ address: sharedStack().temporal.address });
});

afterAll(async () => {
  await connection.close();
  await postgres.remove();
});

/** As somebody without types declares it. */
function withoutReconcile(): Tool {
  const { postBooking } = tools;
  return { ...postBooking, class: 'C', reconcile: undefined };
}

test.each<[string, object, { code: string; message: RegExp }]>([
  ['no tools', { tools: {} }, { code: 'invalid-config', message: /^HoldfastPlugin has no tools; / }],
  [
    'a tool without its system',
    { systems: { crm: SYSTEMS.books } },
    { code: 'invalid-config', message: /^The tool "postBooking" speaks to the system "books", .* which has: crm\.$/ },
  ],
  [
    'class C without reconcile',
    { tools: { a: withoutReconcile() } },
    { code: 'invalid-job', message: /no `reconcile`/ },
  ],
  ['a tenant of another form', { tenant: 'No Tenant' }, { code: 'invalid-input', message: /The tenant "No Tenant"/ }],
  ['a field that nothing honours', { agents: {} }, { code: 'invalid-job', message: /the field `agents`/ }],
])('a plugin with %s is refused in one sentence [plugin.refused]', (_, wrong, { code, message }) => {
  expect(() => new HoldfastPlugin({ ...GOOD, ...wrong })).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});

test.each([
  ['', /^The `databaseUrl` of HoldfastPlugin is missing; give it the `gateUrl` /],
  ['mysql://me:secret@127.0.0.1', /^The `databaseUrl` of HoldfastPlugin is not of the form postgres:[^;]*; /],
])('a worker is refused the database "%s" [plugin.refused]', async (databaseUrl, message) => {
  const refused = create({ databaseUrl });
  await expect(refused).rejects.toMatchObject({ code: 'invalid-config', message: expect.stringMatching(message) });
  await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('secret') });
});

test('a database that does not answer, or that lacks the gate, refuses the worker with the fix and without its password [plugin.refused]', async () => {
  const silent = create({});
  await expect(silent).rejects.toMatchObject({
    code: 'stack-failed',
    message: expect.stringMatching(/; start it, or /),
  });
  await expect(silent).rejects.not.toMatchObject({ message: expect.stringContaining('secret') });
  await expect(create({ databaseUrl: postgres.adminUrl })).rejects.toMatchObject({
    code: 'stack-failed',
    message: expect.stringMatching(
      / is not set up for this version .*; provisionDatabase\(\{ adminUrl, passwords \}\) /,
    ),
  });
});

test('a system whose address cannot be read refuses the worker by its name [plugin.refused]', async () => {
  const refused = create({ systems: { books: { address: 'books' } }, databaseUrl: postgres.adminUrl });
  const message = expect.stringMatching(/^The address "books" of the system "books" is not of the form .*path\.$/);
  await expect(refused).rejects.toMatchObject({ code: 'invalid-config', message });
});

test('a worker that has an Activity of the same name is refused [plugin.refused]', async () => {
  const activities = { 'holdfast.governedCall': async () => 'mine' };
  const worker = Worker.create({ connection, taskQueue: 'refused', activities, plugins: [new HoldfastPlugin(GOOD)] });
  await expect(worker).rejects.toMatchObject({ code: 'invalid-config', message: expect.stringContaining('already') });
});

test('provisionDatabase makes a database that the plugin takes, also when it is run again [plugin.provisions]', async () => {
  const { adminUrl } = postgres;
  const first = await provision({
    DATABASE_URL: adminUrl,
    OWNER_PASSWORD: 'a',
    GATE_PASSWORD: 'b',
    CLIENT_PASSWORD: 'c',
  });
  const { host } = new URL(adminUrl);
  expect(first).toBe(`HOLDFAST_DATABASE_URL=postgres://holdfast_gate:<GATE_PASSWORD>@${host}/holdfast\n`);
  const { gateUrl } = await provisionDatabase({ adminUrl, passwords: PASSWORDS });
  expect(new URL(gateUrl)).toMatchObject({ pathname: '/holdfast', username: 'holdfast_gate' });
  const worker = await create({ databaseUrl: gateUrl });
  await worker.runUntil(async () => expect(worker.getState()).toBe('RUNNING'));
  // Its lease was given back, and so was that of the check.
  await expect(liveLeases(gateUrl)).resolves.toBe('0');
});

test('a worker whose database no longer lets it in when it runs is stopped with the reason [plugin.refused]', async () => {
  const { adminUrl } = postgres;
  const { gateUrl } = await provisionDatabase({ adminUrl, passwords: PASSWORDS });
  const worker = await create({ databaseUrl: gateUrl });
  await provisionDatabase({ adminUrl, passwords: { ...PASSWORDS, gate: 'gate-2' } });
  await expect(worker.run()).rejects.toMatchObject({
    code: 'invalid-config',
    message: expect.stringMatching(/password authentication failed .*; provisionDatabase/),
  });
  expect(worker.getState()).toBe('STOPPED');
});

test('provisionDatabase refuses an empty password by the name of its login [plugin.refused]', async () => {
  const { adminUrl } = postgres;
  await expect(provisionDatabase({ adminUrl, passwords: { ...PASSWORDS, gate: '' } })).rejects.toMatchObject({
    code: 'invalid-config',
    message: 'The password of the login holdfast_gate is empty; give it one.',
  });
});

test('a client plugin without an actor is refused [plugin.refused]', () => {
  expect(() => new HoldfastClientPlugin({ actor: '' })).toThrow(
    expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining('1 to 200 characters') }),
  );
});

function create(options: Partial<HoldfastPluginOptions>): Promise<Worker> {
  return Worker.create({ connection, taskQueue: 'refused', plugins: [new HoldfastPlugin({ ...GOOD, ...options })] });
}

/** As the documentation does it. */
async function provision(env: Readonly<Record<string, string>>): Promise<string> {
  const args = ['--conditions=holdfast-source', pathOf('after/provision.ts')];
  const { stdout } = await run(process.execPath, args, { env });
  return stdout;
}

async function liveLeases(url: string): Promise<string | undefined> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const text = 'select count(*) as live from gate.worker_lease where expires_at > clock_timestamp()';
  const { rows } = await client.query<{ live: string }>(text);
  await client.end();
  return rows[0]?.live;
}
