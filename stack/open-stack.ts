import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Connection } from '@temporalio/client';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { provisionGate } from '../gate/schema/provision.ts';
import { lock } from '../scripts/lock.js';
import type { TemporalBinaries } from '../scripts/temporal-server.js';
import type { DatabaseUrls, StackAddresses, TemporalAddress } from './addresses.ts';
import { openHome } from './home.ts';
import { startPostgres, type RunningPostgres } from './postgres/start-postgres.ts';
import { isRecord, readPrivateJson, writePrivateFile } from './private-file.ts';
import { secretOf } from './secrets.ts';
import { StackContext } from './stack-context.ts';
import { HeldStack, type Stack } from './stack.ts';
import { SupervisorLink } from './supervisor/supervisor-link.ts';
import { connectTemporal } from './temporal/connect.ts';
import { checkUserNamespace, provideNamespace, provideSearchAttributes } from './temporal/namespace.ts';
import { findTemporalServer, startTemporalServer } from './temporal/start-server.ts';

const GATE_DATABASE = 'holdfast';
const USER_TEMPORAL_TIMEOUT_MS = 5_000;

/** The servers that the user has already; what is missing is embedded. */
export interface UserServers {
  readonly temporal?: TemporalAddress;
  /** The address of a PostgreSQL database, with a login that may create roles. */
  readonly databaseUrl?: string;
}

/** How a stack is opened. */
export interface OpenStackOptions {
  /** Folder for everything the stack keeps, made when it is missing; `.holdfast` by custom. */
  readonly home: string;
  /** Default: none, all of it is embedded. */
  readonly servers?: UserServers;
  /** Where the caches and tools of the set-up are looked up (`HOME`, `PATH`, `XDG_CACHE_HOME`). */
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
  const choice = options.servers ?? {};
  const home = openHome(options.home);
  const binaries =
    choice.temporal === undefined ? await findTemporalServer(options.onProgress, options.env) : undefined;
  const { link, started } = await SupervisorLink.open(home, options.onProgress);
  if (!started) options.onProgress(`joining the stack that runs already (supervisor: process ${link.supervisor.pid})`);
  try {
    const release = await lock(join(home.locks, 'bring-up'), ({ pid }) =>
      options.onProgress(`process ${pid} is bringing the stack up; waiting for it`),
    );
    try {
      const context = new StackContext({ home, link, tell: options.onProgress, running: await link.processes() });
      refuseOtherServers(context, choice);
      const servers = await bringUp(context, choice, binaries);
      return new HeldStack({ home, link, joined: !started, ...servers });
    } finally {
      release();
    }
  } catch (error) {
    // Why it failed matters more than that it also does not end.
    await link.leave().catch(() => {});
    throw error instanceof JobError ? error : new JobError('stack-failed', sentenceOf(error), { cause: error });
  }
}

/** Starts what the user has not chosen, and makes all of it ready for use. */
async function bringUp(
  context: StackContext,
  choice: UserServers,
  binaries: TemporalBinaries | undefined,
): Promise<{ addresses: StackAddresses; adminUrl: string }> {
  const embedded =
    binaries === undefined && choice.databaseUrl !== undefined ? undefined : await startPostgres(context);
  const adminUrl = choice.databaseUrl ?? embedded?.adminUrl ?? '';
  const [temporal, database] = await Promise.all([
    choice.temporal === undefined
      ? embeddedTemporal(context, binaries, embedded)
      : checkedUserTemporal(context, choice.temporal),
    gateDatabase(context, adminUrl, { userDatabase: choice.databaseUrl, socket: embedded?.socket }),
  ]);
  return { addresses: { temporal, database }, adminUrl: embedded?.adminUrl ?? adminUrl };
}

async function embeddedTemporal(
  context: StackContext,
  binaries: TemporalBinaries | undefined,
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

async function checkedUserTemporal(context: StackContext, server: TemporalAddress): Promise<TemporalAddress> {
  const connection = await connectTemporal(server, USER_TEMPORAL_TIMEOUT_MS).catch((error: unknown) => {
    throw new JobError(
      'setup-failed',
      `no Temporal server answers at ${server.address} (${sentenceOf(error)}); correct TEMPORAL_ADDRESS, or unset it to use the embedded one`,
      { cause: error },
    );
  });
  return withConnection(connection, async () => {
    await checkUserNamespace(connection, server, context.tell);
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
  { userDatabase, socket }: { userDatabase: string | undefined; socket: string | undefined },
): Promise<DatabaseUrls> {
  const database =
    userDatabase === undefined ? GATE_DATABASE : decodeURIComponent(new URL(userDatabase).pathname.slice(1));
  const passwords = {
    owner: secretOf(home, 'gate-owner'),
    gate: secretOf(home, 'gate'),
    client: secretOf(home, 'gate-client'),
  };
  const urls = await provisionGate({ adminUrl, database, passwords });
  if (userDatabase !== undefined || socket === undefined) return urls;
  const { ownerUrl, gateUrl, clientUrl } = urls;
  return {
    ownerUrl: overSocket(ownerUrl, socket),
    gateUrl: overSocket(gateUrl, socket),
    clientUrl: overSocket(clientUrl, socket),
  };
}

// On one machine a Unix socket costs both sides less than TCP does. The host stays as the address for people to read.
function overSocket(databaseUrl: string, folder: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('host', folder);
  return url.href;
}

/** Two processes that hold one stack have to mean the same servers by it. */
function refuseOtherServers({ home, running }: StackContext, choice: UserServers): void {
  const path = join(home.folder, 'servers.json');
  // A digest, since the addresses hold passwords and keys.
  const mine = createHash('sha256')
    .update(JSON.stringify([choice.temporal, choice.databaseUrl]))
    .digest('hex');
  const stored = readPrivateJson(path);
  if (running && isRecord(stored) && stored['digest'] !== mine) {
    throw new JobError(
      'invalid-config',
      `the stack that runs already in ${home.folder} was started with another TEMPORAL_ADDRESS or DATABASE_URL; stop it first, or start in another folder`,
    );
  }
  writePrivateFile(path, JSON.stringify({ digest: mine }));
}
