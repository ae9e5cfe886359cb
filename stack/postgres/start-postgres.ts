import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import type { StackContext } from '../stack-context.ts';
import { choosePorts, rememberedPorts } from '../ports.ts';
import { secretOf } from '../secrets.ts';
import type { KeptSpec } from '../supervisor/kept-spec.ts';
import { createCluster, SUPERUSER } from './cluster.ts';
import { placeOf, type PostgresPlace } from './place.ts';

/** The name of the embedded database among the processes of a stack. */
const POSTGRES = 'postgres';

/** After a crash PostgreSQL first replays what it had not written. */
const START_TIMEOUT_MS = 120_000;
const CHECK_MS = 25;
/** What is left of a PostgreSQL that was killed keeps its successor out until it has noticed. */
const PREDECESSOR_TIMEOUT_MS = 10_000;
const RETRY_MS = 200;

/**
 * Temporal holds 60 connections; the rest is measured: see the design. Statistics come soon, because plans that are made on empty
 * tables look a call up among all calls of its tenant: after 6,000 calls that cost five times as much.
 */
const SETTINGS = {
  autovacuum_naptime: '5s',
  max_connections: '250',
  shared_buffers: '512MB',
  max_wal_size: '8GB',
  jit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  listen_addresses: '127.0.0.1',
};

/** A running embedded PostgreSQL. */
export interface RunningPostgres {
  /** URL of the superuser, over TCP. */
  readonly adminUrl: string;
  readonly port: number;
  /** Folder of the Unix socket. */
  readonly socket: string;
}

/**
 * Starts the embedded PostgreSQL, or finds it running. A port that is taken in the last moment is replaced.
 * @throws {JobError} `stack-failed` or `setup-failed`
 */
export async function startPostgres(context: StackContext): Promise<RunningPostgres> {
  const { home } = context;
  const place = await placeOf(home);
  const password = secretOf(home, 'postgres');
  await createCluster(place, password);
  const deadline = performance.now() + PREDECESSOR_TIMEOUT_MS;
  for (;;) {
    const remembered = context.isUp(POSTGRES) ? rememberedPorts(home, [POSTGRES]) : undefined;
    const port = (remembered ?? (await choosePorts(home, [POSTGRES])))[POSTGRES];
    await context.link.start(specOf(place, port));
    const adminUrl = `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
    const failure = await connectFailure(context, adminUrl);
    if (failure === undefined) {
      await context.link.confirm(POSTGRES);
      return { adminUrl, port, socket: place.socket };
    }
    const log = join(home.logs, `${POSTGRES}.log`);
    if (performance.now() > deadline)
      throw new JobError('stack-failed', `PostgreSQL does not start: ${failure}; its log is ${log}`);
    context.forget(POSTGRES);
    await delay(RETRY_MS);
  }
}

function specOf(place: PostgresPlace, port: number): KeptSpec {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return {
    name: POSTGRES,
    stage: 'database',
    command: join(place.binaries, 'bin/postgres'),
    args: ['-D', place.data, '-p', String(port), '-k', place.socket, ...settings],
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    cwd: '/',
    ...(place.user === undefined ? {} : { user: place.user }),
    readyBy: 'confirmation',
    restart: true,
    // Fast: open transactions are rolled back. Then at once: the next start replays the log.
    stop: [
      { signal: 'SIGINT', graceMs: 2_000 },
      { signal: 'SIGQUIT', graceMs: 300 },
    ],
  };
}

/** Waits for the database to let us in; why it never will, or `undefined` when it did. */
async function connectFailure(context: StackContext, adminUrl: string): Promise<string | undefined> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  let last = 'no answer';
  while (performance.now() < deadline) {
    const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 });
    try {
      await client.connect();
      await client.end();
      return undefined;
    } catch (error) {
      last = sentenceOf(error);
      await client.end().catch(() => {});
      if (isWrongPassword(error)) return `${last}: secrets.json in the home is not the one it was created with`;
    }
    const state = (await context.link.processes()).find(({ name }) => name === POSTGRES);
    if (state === undefined || state.status === 'failed') return last;
    await delay(CHECK_MS);
  }
  return last;
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '28P01';
}
