import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHome } from '../../stack/home.ts';
import { openStack, removeStack, type Stack } from '../../stack/index.ts';
import { withClient } from '../../stack/postgres/databases.ts';
import { startPostgres } from '../../stack/postgres/start-postgres.ts';
import { StackContext } from '../../stack/stack-context.ts';
import { SupervisorLink } from '../../stack/supervisor/supervisor-link.ts';
import { userTemporal } from '../../stack/temporal/user-server.ts';
import { sharedStack } from '../stack-addresses.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-user-'));
const home = join(folder, 'home');
const usersHome = openHome(join(folder, 'users'));
let usersLink: SupervisorLink;
let databaseUrl: string;
let stack: Stack | undefined;

/** Opens the stack with an environment of the user's; the names of the processes that it starts by itself. */
async function openWith(env: NodeJS.ProcessEnv): Promise<{ opened: Stack; names: string[] }> {
  const opened = await openStack({ home, env, onProgress: () => {} });
  stack = opened;
  return { opened, names: (await opened.processes()).map(({ name }) => name) };
}

function selectText(url: string, query: string): Promise<unknown> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<Record<string, unknown>>(query);
    return Object.values(rows[0] ?? {})[0];
  });
}

beforeAll(async () => {
  ({ link: usersLink } = await SupervisorLink.open(usersHome, () => {}));
  const context = new StackContext({ home: usersHome, link: usersLink, tell: () => {}, running: [] });
  const { adminUrl } = await startPostgres(context);
  await withClient(adminUrl, async (client) => {
    await client.query(`create role owner login createrole createdb password 'of the user'`);
    await client.query('create database mine owner owner');
  });
  const url = new URL(adminUrl);
  url.username = 'owner';
  url.password = 'of the user';
  url.pathname = '/mine';
  databaseUrl = url.href;
});

afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

afterAll(async () => {
  await usersLink.stop('postgres');
  await usersLink.leave();
  removeStack(home);
  rmSync(folder, { recursive: true, force: true });
});

test('with TEMPORAL_ADDRESS and DATABASE_URL the stack starts neither half and uses both [stack.own-server] [stack.own-database]', async () => {
  const temporal = sharedStack().temporal.address;
  const { opened, names } = await openWith({ TEMPORAL_ADDRESS: temporal, DATABASE_URL: databaseUrl });
  expect(names).toEqual([]);
  expect(opened.addresses.temporal).toEqual({ address: temporal, namespace: 'default' });
  const { gateUrl } = opened.addresses.database;
  expect(await selectText(gateUrl, `select current_database() || ' ' || current_user`)).toBe('mine holdfast_gate');
});

test('with TEMPORAL_ADDRESS alone the database is the embedded one [stack.own-server]', async () => {
  const { opened, names } = await openWith({ TEMPORAL_ADDRESS: sharedStack().temporal.address, DATABASE_URL: '' });
  expect(names).toEqual(['postgres']);
  const { clientUrl } = opened.addresses.database;
  expect(await selectText(clientUrl, 'select current_database()')).toBe('holdfast');
});

test('createDatabase makes a database with a login that enters no other, once', async () => {
  const { opened } = await openWith({ TEMPORAL_ADDRESS: sharedStack().temporal.address });
  const url = await opened.createDatabase({ name: 'books', login: 'books' });
  expect(await selectText(url, `select current_database() || ' ' || current_user`)).toBe('books books');
  expect(await opened.createDatabase({ name: 'books', login: 'books' })).toBe(url);
  const elsewhere = url.replace(/\/books$/, '/holdfast');
  await expect(selectText(elsewhere, 'select 1')).rejects.toMatchObject({ code: '42501' });
  await expect(opened.createDatabase({ name: 'Books; --', login: 'books' })).rejects.toMatchObject({
    code: 'invalid-input',
  });
});

test('a second start with other servers is refused while the first runs', async () => {
  await openWith({ TEMPORAL_ADDRESS: sharedStack().temporal.address });
  const other = openStack({ home, env: { TEMPORAL_ADDRESS: '127.0.0.1:1' }, onProgress: () => {} });
  await expect(other).rejects.toMatchObject({
    code: 'invalid-config',
    message: expect.stringMatching(/was started with another TEMPORAL_ADDRESS or DATABASE_URL; stop it first/),
  });
});

test('a namespace that does not exist is named', async () => {
  const env = { TEMPORAL_ADDRESS: sharedStack().temporal.address, TEMPORAL_NAMESPACE: 'nowhere' };
  await expect(openWith(env)).rejects.toMatchObject({
    code: 'setup-failed',
    message: expect.stringMatching(/^the namespace nowhere at 127\.0\.0\.1:\d+ cannot be used: .*not found/i),
  });
});

test('with DATABASE_URL alone Temporal is the embedded one, on a database of its own [stack.own-database]', async () => {
  const { opened, names } = await openWith({ DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: '' });
  expect(names).toEqual(['postgres', 'temporal-server']);
  expect(new URL(opened.addresses.database.gateUrl).port).toBe(new URL(databaseUrl).port);
  expect(await selectText(databaseUrl, `select count(*)::int from pg_database where datname like 'temporal%'`)).toBe(0);
});

test('a database address that is none is refused with the form it has to have', async () => {
  await expect(openWith({ DATABASE_URL: 'localhost' })).rejects.toMatchObject({
    code: 'invalid-config',
    message: 'DATABASE_URL is no address of a PostgreSQL database; write postgres://login:password@host:port/database',
  });
});

test('a Temporal server that does not answer is named, with what to do', async () => {
  await expect(openWith({ TEMPORAL_ADDRESS: '127.0.0.1:1', DATABASE_URL: databaseUrl })).rejects.toMatchObject({
    code: 'setup-failed',
    message: expect.stringMatching(/^no Temporal server answers at 127\.0\.0\.1:1 .*correct TEMPORAL_ADDRESS/),
  });
});

test('namespace, API key and TLS come from the variables that Temporal names', () => {
  const path = join(folder, 'ca.pem');
  writeFileSync(path, 'the CA');
  const environment = {
    TEMPORAL_ADDRESS: 'temporal.example:7233',
    TEMPORAL_NAMESPACE: 'accounting',
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: path,
    TEMPORAL_TLS_CLIENT_CERT_DATA: 'the certificate',
    TEMPORAL_TLS_CLIENT_KEY_DATA: 'the key',
    TEMPORAL_TLS_SERVER_NAME: 'temporal',
  };
  expect(userTemporal(environment)).toEqual({
    address: 'temporal.example:7233',
    namespace: 'accounting',
    tls: { serverName: 'temporal', serverRootCa: 'the CA', clientCertificate: 'the certificate', clientKey: 'the key' },
  });
  expect(userTemporal({ TEMPORAL_ADDRESS: 'cloud:7233', TEMPORAL_API_KEY: 'key', TEMPORAL_NAMESPACE: '' })).toEqual({
    address: 'cloud:7233',
    namespace: 'default',
    apiKey: 'key',
    tls: true,
  });
  expect(userTemporal({ TEMPORAL_ADDRESS: '' })).toBeUndefined();
});

test('a certificate that cannot be read is named by its variable', () => {
  const environment = { TEMPORAL_ADDRESS: 'cloud:7233', TEMPORAL_TLS_CLIENT_KEY_PATH: '/nowhere' };
  expect(() => userTemporal(environment)).toThrow(expect.objectContaining({ code: 'invalid-config' }));
});
