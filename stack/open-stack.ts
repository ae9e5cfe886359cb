import { join } from 'node:path';
import type { Connection } from '@temporalio/client';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { provisionGate } from '../gate/schema/provision.ts';
import { variable } from '../scripts/environment.js';
import { lock } from '../scripts/lock.js';
import type { DatabaseUrls, TemporalAddress } from './addresses.ts';
import { openHome } from './home.ts';
import { startPostgres, type RunningPostgres } from './postgres/start-postgres.ts';
import { secretOf } from './secrets.ts';
import { StackContext } from './stack-context.ts';
import { HeldStack, type Stack } from './stack.ts';
import { SupervisorLink } from './supervisor/supervisor-link.ts';
import { connectTemporal } from './temporal/connect.ts';
import { provideNamespace, provideSearchAttributes } from './temporal/namespace.ts';
import { findTemporalServer, startTemporalServer } from './temporal/start-server.ts';
import { userTemporal } from './temporal/user-server.ts';

const GATE_DATABASE = 'holdfast';
const USER_TEMPORAL_TIMEOUT_MS = 5_000;

/** How a stack is opened. */
export interface OpenStackOptions {
  /** Folder for everything the stack keeps, made when it is missing; `.holdfast` by custom. */
  readonly home: string;
  /** Where `TEMPORAL_ADDRESS`, `DATABASE_URL` and their like are read; set but empty counts as unset. */
  readonly env: NodeJS.ProcessEnv;
  /** Told what is being done, one line at a time. */
  readonly onProgress: (line: string) => void;
}

/**
 * Brings up what a job needs and the user has not: the database, the Temporal server, their schemas. A stack that runs
 * already for this home is joined. It stays up until the last process that opened it has closed it or died.
 * @throws {JobError} `setup-failed`, `stack-failed` or `invalid-config`, in one sentence with the fix
 */
export async function openStack(options: OpenStackOptions): Promise<Stack> {
  const userServer = userTemporal(options.env);
  const userDatabase = userDatabaseUrl(options.env);
  const home = openHome(options.home);
  const binaries = userServer === undefined ? await findTemporalServer(options.onProgress, options.env) : undefined;
  const { link, started } = await SupervisorLink.open(home, options.onProgress);
  if (!started) options.onProgress(`joining the stack that runs already (supervisor: process ${link.supervisor.pid})`);
  try {
    const release = await lock(join(home.locks, 'bring-up'), ({ pid }) =>
      options.onProgress(`process ${pid} is bringing the stack up; waiting for it`),
    );
    try {
      const context = new StackContext({ home, link, tell: options.onProgress, running: await link.processes() });
      const postgres = binaries === undefined && userDatabase !== undefined ? undefined : await startPostgres(context);
      const adminUrl = userDatabase ?? postgres?.adminUrl ?? '';
      const [temporal, database] = await Promise.all([
        userServer === undefined ? embeddedTemporal(context, binaries, postgres) : checkedUserTemporal(userServer),
        gateDatabase(context, adminUrl, userDatabase),
      ]);
      return new HeldStack({
        home,
        link,
        joined: !started,
        addresses: { temporal, database },
        adminUrl: postgres?.adminUrl ?? adminUrl,
      });
    } finally {
      release();
    }
  } catch (error) {
    await link.leave();
    throw error;
  }
}

async function embeddedTemporal(
  context: StackContext,
  binaries: { server: string; sqlTool: string } | undefined,
  postgres: RunningPostgres | undefined,
): Promise<TemporalAddress> {
  if (binaries === undefined || postgres === undefined)
    throw new JobError('internal', 'the embedded Temporal server needs its binaries and the embedded database');
  const { address, connection } = await startTemporalServer(context, binaries, postgres);
  return withConnection(connection, async () => {
    const namespace = 'default';
    await provideNamespace(connection, namespace);
    await provideSearchAttributes(connection, namespace);
    return { address, namespace };
  });
}

async function checkedUserTemporal(server: TemporalAddress): Promise<TemporalAddress> {
  const connection = await connectTemporal(server, USER_TEMPORAL_TIMEOUT_MS).catch((error: unknown) => {
    throw new JobError(
      'setup-failed',
      `no Temporal server answers at ${server.address} (${sentenceOf(error)}); correct TEMPORAL_ADDRESS, or unset it to use the embedded one`,
      { cause: error },
    );
  });
  return withConnection(connection, async () => {
    await provideSearchAttributes(connection, server.namespace);
    return server;
  });
}

async function withConnection<Result>(connection: Connection, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } finally {
    await connection.close();
  }
}

async function gateDatabase(
  { home }: StackContext,
  adminUrl: string,
  userDatabase: string | undefined,
): Promise<DatabaseUrls> {
  const database =
    userDatabase === undefined ? GATE_DATABASE : decodeURIComponent(new URL(userDatabase).pathname.slice(1));
  const passwords = {
    owner: secretOf(home, 'gate-owner'),
    gate: secretOf(home, 'gate'),
    client: secretOf(home, 'gate-client'),
  };
  return provisionGate({ adminUrl, database, passwords });
}

function userDatabaseUrl(environment: NodeJS.ProcessEnv): string | undefined {
  const url = variable('DATABASE_URL', environment);
  if (url === undefined) return undefined;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const usable =
    parsed !== undefined && ['postgres:', 'postgresql:'].includes(parsed.protocol) && parsed.pathname.length > 1;
  if (!usable)
    throw new JobError(
      'invalid-config',
      'DATABASE_URL is no address of a PostgreSQL database; write postgres://login:password@host:port/database',
    );
  return url;
}
