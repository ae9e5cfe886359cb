import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { Client } from 'pg';
import { removeStack } from '../../stack/index.ts';
import {
  childSpec,
  orderOfEnds,
  processesOf,
  processNamed,
  StackParent,
  untilNothingLeft,
  type ParentSaid,
} from './stack-parent.ts';

// A private folder, as the home of root is: the database's user cannot enter it.
const folder = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
const home = join(folder, 'home');
/** A first start makes a database and its schemas: seconds on a quiet machine. */
const FIRST_START_MS = 120_000;
let first: ParentSaid;
let second: ParentSaid;

beforeAll(async () => {
  const parents = [new StackParent(home), new StackParent(home)] as const;
  [first, second] = await Promise.all([parents[0].up(), parents[1].up()]);
  await Promise.all(parents.map((parent) => parent.end('SIGTERM')));
}, FIRST_START_MS);

afterEach(async () => {
  await StackParent.endAll();
  await untilNothingLeft(home, 15_000);
});

afterAll(() => {
  removeStack(home);
  rmSync(folder, { recursive: true, force: true });
});

test('two first starts at once share one supervisor, one database and one server [setup.once]', () => {
  expect(second.supervisorPid).toBe(first.supervisorPid);
  expect(second.addresses).toEqual(first.addresses);
  expect([first.joined, second.joined].filter((joined) => joined)).toHaveLength(1);
  expect(second.processes.map(({ pid }) => pid)).toEqual(first.processes.map(({ pid }) => pid));
});

test('a stack works in a folder that only its owner may enter, also when that is root [stack.private-home]', () => {
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(first.processes.map(({ name }) => name)).toEqual(expect.arrayContaining(['postgres', 'temporal-server']));
});

test('a parent that is asked to end leaves nothing, and keeps its secrets to itself [stack.secrets-private]', () => {
  expect(processesOf(home)).toEqual([]);
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const readable = files
    .filter(({ parentPath }) => !parentPath.includes('compile-cache'))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => (statSync(path).mode & 0o077) !== 0);
  expect(readable).toEqual([]);
  expect(statSync(home).mode & 0o777).toBe(0o700);
});

test('a second start answers at the same addresses and listens on this machine alone [stack.loopback]', async () => {
  const parent = new StackParent(home);
  const said = await parent.up();
  expect(said.addresses).toEqual(first.addresses);
  expect(await queryText(said.addresses.database.clientUrl, 'select current_user')).toBe('holdfast_client');
  expect(await searchAttributesOf(said)).toEqual(
    expect.arrayContaining(['HoldfastJob', 'HoldfastStatus', 'HoldfastTenant', 'HoldfastWaitingFor']),
  );
  const pids = said.processes.map(({ pid }) => pid);
  expect(listenersOf(pids).filter((address) => address !== '127.0.0.1')).toEqual([]);
  expect(await parent.end('SIGINT')).toBe(0);
  expect(processesOf(home)).toEqual([]);
});

test('kill -9 of the parent stops workers, services, server and database in this order [stack.parent-killed] [stack.ends-clean]', async () => {
  const specs = [
    childSpec('worker-1', { endsAfterMs: 400 }),
    childSpec('worker-2', { endsAfterMs: 60_000, stopGraceMs: 700 }),
    childSpec('service-1', { stage: 'service' }),
  ];
  const parent = new StackParent(home, { specs });
  const { processes } = await parent.up();
  const ends = orderOfEnds(processes);
  await parent.end('SIGKILL');
  expect(await ends).toEqual(['worker-1', 'worker-2', 'service-1', 'temporal-server', 'postgres']);
  const { left } = await untilNothingLeft(home, 15_000);
  expect(left).toEqual([]);
});

test('a second start joins, says who runs already, and holds the stack when the first is killed [stack.second-start]', async () => {
  const parent = new StackParent(home, { specs: [childSpec('worker-1')] });
  const started = await parent.up();
  const joiner = new StackParent(home, { specs: [childSpec('worker-1')] });
  const joined = await joiner.up();
  expect(joined.joined).toBe(true);
  expect(joined.progress).toContain(
    `joining the stack that runs already (supervisor: process ${started.supervisorPid})`,
  );
  expect(joined.processes).toEqual(started.processes);
  await parent.end('SIGKILL');
  await delay(300);
  expect((await joiner.ask()).processes).toEqual(started.processes);
  await joiner.end('SIGTERM');
  expect(processesOf(home)).toEqual([]);
});

test('kill -9 of the supervisor: another one adopts what runs, and stops it at the end', async () => {
  const parent = new StackParent(home, {
    specs: [childSpec('worker-1'), childSpec('service-1', { stage: 'service' })],
  });
  const before = await parent.up();
  process.kill(before.supervisorPid, 'SIGKILL');
  const after = await untilSaid(parent, (said) => said.supervisorPid !== before.supervisorPid);
  expect(after.processes).toEqual(before.processes);
  await parent.end('SIGTERM');
  expect(processesOf(home)).toEqual([]);
});

test('kill -9 of supervisor and worker: the next supervisor starts the worker again', async () => {
  const parent = new StackParent(home, { specs: [childSpec('worker-1')] });
  const before = await parent.up();
  process.kill(before.supervisorPid, 'SIGKILL');
  process.kill(processNamed(before, 'worker-1').pid, 'SIGKILL');
  const after = await untilSaid(parent, (said) => processNamed(said, 'worker-1').ready['ready'] === true);
  expect(processNamed(after, 'worker-1').pid).not.toBe(processNamed(before, 'worker-1').pid);
  expect(processNamed(after, 'worker-1').restarts).toBe(1);
  await parent.end('SIGKILL');
  const { left } = await untilNothingLeft(home, 15_000);
  expect(left).toEqual([]);
});

test('kill -9 of parent and supervisor: the next start goes on with server and database and ends the rest [stack.all-killed]', async () => {
  const parent = new StackParent(home, { specs: [childSpec('worker-1'), childSpec('worker-9')] });
  const before = await parent.up();
  // Stopped, it cannot start another supervisor.
  process.kill(parent.pid, 'SIGSTOP');
  process.kill(before.supervisorPid, 'SIGKILL');
  await parent.end('SIGKILL');
  const next = new StackParent(home, { specs: [childSpec('worker-1')] });
  const after = await next.up();
  expect(after.joined).toBe(false);
  expect(after.processes.map(({ name }) => name)).toEqual(['postgres', 'temporal-server', 'worker-1']);
  for (const name of ['postgres', 'temporal-server']) {
    expect(processNamed(after, name).pid).toBe(processNamed(before, name).pid);
  }
  expect(processNamed(after, 'worker-1').pid).not.toBe(processNamed(before, 'worker-1').pid);
  expect(processesOf(home).filter((text) => text.includes('child.ts'))).toHaveLength(1);
  await next.end('SIGTERM');
  expect(processesOf(home)).toEqual([]);
});

test('kill -9 of everything: the next start works [stack.all-killed]', async () => {
  const parent = new StackParent(home, { specs: [childSpec('worker-1')] });
  const before = await parent.up();
  const pids = [parent.pid, before.supervisorPid, ...before.processes.map(({ pid }) => pid)];
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  const next = new StackParent(home, { specs: [childSpec('worker-1')] });
  const after = await next.up();
  expect(after.processes.map(({ status }) => status)).toEqual(['running', 'running', 'running']);
  expect(await queryText(after.addresses.database.gateUrl, 'select current_user')).toBe('holdfast_gate');
  await next.end('SIGTERM');
  expect(processesOf(home)).toEqual([]);
});

test('kill -9 of server, database and worker: each comes back at its place and says so', async () => {
  const parent = new StackParent(home, { specs: [childSpec('worker-1')] });
  const before = await parent.up();
  for (const { pid } of before.processes) process.kill(pid, 'SIGKILL');
  const after = await untilSaid(parent, ({ processes }) =>
    processes.every(({ restarts, status }) => restarts > 0 && status === 'running'),
  );
  expect(processNamed(after, 'worker-1').ready['port']).not.toBe(processNamed(before, 'worker-1').ready['port']);
  expect(await eventually(() => queryText(before.addresses.database.gateUrl, 'select current_user'))).toBe(
    'holdfast_gate',
  );
  expect(await eventually(() => searchAttributesOf(before))).toContain('HoldfastJob');
  await parent.end('SIGTERM');
  expect(processesOf(home)).toEqual([]);
});

test('busy ports are passed over [stack.busy-port]', async () => {
  const temporalPort = Number(first.addresses.temporal.address.split(':')[1]);
  const databasePort = Number(new URL(first.addresses.database.gateUrl).port);
  const servers = await Promise.all([temporalPort, databasePort].map(occupy));
  const parent = new StackParent(home);
  const said = await parent.up();
  expect(said.addresses.temporal.address).not.toBe(first.addresses.temporal.address);
  expect(new URL(said.addresses.database.gateUrl).port).not.toBe(String(databasePort));
  expect(await searchAttributesOf(said)).toContain('HoldfastJob');
  await parent.end('SIGTERM');
  for (const server of servers) server.close();
  expect(processesOf(home)).toEqual([]);
});

test('a home that is taken away while its stack runs takes the stack along', async () => {
  const parent = new StackParent(home);
  const { processes } = await parent.up();
  const ends = orderOfEnds(processes);
  renameSync(home, `${home}-moved`);
  expect(await ends).toEqual(['temporal-server', 'postgres']);
  await parent.end('SIGKILL');
  renameSync(`${home}-moved`, home);
});

async function untilSaid(parent: StackParent, wanted: (said: ParentSaid) => boolean): Promise<ParentSaid> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    const said = await parent.ask();
    if (wanted(said)) return said;
    if (performance.now() > deadline) throw new Error(`never said: ${JSON.stringify(said)}`);
    await delay(50);
  }
}

async function eventually<Result>(act: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(100);
    }
  }
}

async function queryText(url: string, query: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(query);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

async function searchAttributesOf(said: ParentSaid): Promise<string[]> {
  const { address, namespace } = said.addresses.temporal;
  const connection = await Connection.connect({ address });
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return Object.keys(customAttributes ?? {});
  } finally {
    await connection.close();
  }
}

/** The addresses at which processes listen for TCP, as the kernel tells it. */
function listenersOf(pids: readonly number[]): string[] {
  const inodes = new Set(pids.flatMap(socketsOf));
  const lines = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1));
  const listening = lines.map((line) => line.trim().split(/\s+/)).filter((fields) => fields[3] === '0A');
  return listening.filter((fields) => inodes.has(fields[9] ?? '')).map((fields) => addressOf(fields[1] ?? ''));
}

function addressOf(local: string): string {
  return local.split(':')[0] === '0100007F' ? '127.0.0.1' : local;
}

function socketsOf(pid: number): string[] {
  const descriptors = `/proc/${pid}/fd`;
  return readdirSync(descriptors).flatMap((name) => {
    const match = /^socket:\[(\d+)\]$/.exec(readLink(join(descriptors, name)));
    return match?.[1] === undefined ? [] : [match[1]];
  });
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Somebody who listens at a port of this machine; one that is busy already has somebody. */
function occupy(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(server));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
