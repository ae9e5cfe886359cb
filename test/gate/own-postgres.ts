import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { openHome } from '../../stack/home.ts';
import { createCluster, SUPERUSER } from '../../stack/postgres/cluster.ts';
import { placeOf, type PostgresPlace, removePlace } from '../../stack/postgres/place.ts';

const PASSWORD = 'own-postgres';
const START_TIMEOUT_MS = 30_000;

/** A PostgreSQL server of one test file, to be killed and started at will. */
export interface OwnPostgres {
  readonly adminUrl: string;
  /** Kills it as a crash would (SIGKILL), or asks it to end at once. */
  stop(how: 'crash' | 'now'): Promise<void>;
  start(): Promise<void>;
  /** Lets it and all its connections stand still (SIGSTOP). */
  freeze(): Promise<void>;
  thaw(): void;
  /** Stops it and deletes its data. */
  remove(): Promise<void>;
}

/** Creates and starts a server on a free port of 127.0.0.1. */
export async function ownPostgres(): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-gate-test-'));
  const home = openHome(folder);
  const place = await placeOf(home);
  await createCluster(place, PASSWORD);
  const port = await freePort();
  const adminUrl = `postgres://${SUPERUSER}:${PASSWORD}@127.0.0.1:${port}/postgres`;
  let server = await start(place, port, adminUrl);
  let frozen: readonly number[] = [];
  const thaw = (): void => {
    for (const pid of frozen) process.kill(pid, 'SIGCONT');
    frozen = [];
  };
  const stop = async (how: 'crash' | 'now'): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(how === 'crash' ? 'SIGKILL' : 'SIGINT');
    await ended;
  };
  return {
    adminUrl,
    stop,
    start: async () => {
      server = await start(place, port, adminUrl);
    },
    freeze: async () => {
      frozen = [...(await backendsOf(adminUrl)), ...(server.pid === undefined ? [] : [server.pid])];
      for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    },
    thaw,
    remove: async () => {
      thaw();
      await stop('now');
      removePlace(home);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function start(place: PostgresPlace, port: number, adminUrl: string): Promise<ChildProcess> {
  const settings = ['shared_buffers=64MB', 'listen_addresses=127.0.0.1', 'jit=off'].flatMap((setting) => [
    '-c',
    setting,
  ]);
  const server = spawn(
    join(place.binaries, 'bin/postgres'),
    ['-D', place.data, '-p', String(port), '-k', place.socket, ...settings],
    {
      ...place.user,
      cwd: '/',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: 'ignore',
    },
  );
  const until = performance.now() + START_TIMEOUT_MS;
  while (!(await answers(adminUrl))) {
    if (server.exitCode !== null || performance.now() > until)
      throw new Error(`PostgreSQL in ${place.folder} does not start.`);
    await sleep(50);
  }
  return server;
}

async function backendsOf(adminUrl: string): Promise<readonly number[]> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const text = `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`;
    return (await client.query<{ pid: number }>(text)).rows.map(({ pid }) => pid);
  } finally {
    await client.end();
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return address.port;
}
