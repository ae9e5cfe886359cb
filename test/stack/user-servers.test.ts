import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHome } from '../../stack/home.ts';
import { openStack, removeStack, type Stack, type UserServers } from '../../stack/index.ts';
import { withClient } from '../../stack/postgres/databases.ts';
import { startPostgres } from '../../stack/postgres/start-postgres.ts';
import { StackContext } from '../../stack/stack-context.ts';
import { SupervisorLink } from '../../stack/supervisor/supervisor-link.ts';
import { sharedStack } from '../stack-addresses.ts';

const NOBODY = { address: '127.0.0.1:1', namespace: 'default' };
const folder = mkdtempSync(join(tmpdir(), 'holdfast-user-'));
const home = join(folder, 'home');
const usersHome = openHome(join(folder, 'users'));
let usersLink: SupervisorLink;
let databaseUrl: string;
let stack: Stack | undefined;

/** Opens the stack with servers of the user's; the names of the processes that it starts by itself. */
async function openWith(servers: UserServers): Promise<{ opened: Stack; names: string[] }> {
  const opened = await openStack({ home, servers, env: process.env, onProgress: () => {} });
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
  removeStack(usersHome.folder);
  rmSync(folder, { recursive: true, force: true });
});

test('with TEMPORAL_ADDRESS and DATABASE_URL the stack starts neither half and uses both [stack.own-server] [stack.own-database]', async () => {
  const { temporal } = sharedStack();
  const { opened, names } = await openWith({ temporal, databaseUrl });
  expect(names).toEqual([]);
  expect(opened.addresses.temporal).toEqual(temporal);
  const { gateUrl } = opened.addresses.database;
  expect(await selectText(gateUrl, `select current_database() || ' ' || current_user`)).toBe('mine holdfast_gate');
});

test('with TEMPORAL_ADDRESS alone the database is the embedded one [stack.own-server]', async () => {
  const { opened, names } = await openWith({ temporal: sharedStack().temporal });
  expect(names).toEqual(['postgres']);
  const { clientUrl } = opened.addresses.database;
  expect(await selectText(clientUrl, 'select current_database()')).toBe('holdfast');
});

test('createDatabase makes a database with a login that enters no other, once', async () => {
  const { opened } = await openWith({ temporal: sharedStack().temporal });
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
  await openWith({ temporal: sharedStack().temporal });
  const other = openStack({ home, servers: { temporal: NOBODY }, env: process.env, onProgress: () => {} });
  await expect(other).rejects.toMatchObject({
    code: 'invalid-config',
    message: expect.stringMatching(/was started with another TEMPORAL_ADDRESS or DATABASE_URL; stop it first/),
  });
});

test('a namespace that does not exist is named', async () => {
  const temporal = { ...sharedStack().temporal, namespace: 'nowhere' };
  await expect(openWith({ temporal })).rejects.toMatchObject({
    code: 'setup-failed',
    message: expect.stringMatching(/^the namespace nowhere at 127\.0\.0\.1:\d+ cannot be used: .*not found/i),
  });
});

test('with DATABASE_URL alone Temporal is the embedded one, on a database of its own [stack.own-database]', async () => {
  const { opened, names } = await openWith({ databaseUrl });
  expect(names).toEqual(['postgres', 'temporal-server']);
  expect(new URL(opened.addresses.database.gateUrl).port).toBe(new URL(databaseUrl).port);
  expect(await selectText(databaseUrl, `select count(*)::int from pg_database where datname like 'temporal%'`)).toBe(0);
});

test('a Temporal server that does not answer is named, with what to do', async () => {
  await expect(openWith({ temporal: NOBODY, databaseUrl })).rejects.toMatchObject({
    code: 'setup-failed',
    message: expect.stringMatching(/^no Temporal server answers at 127\.0\.0\.1:1 .*correct TEMPORAL_ADDRESS/),
  });
});
