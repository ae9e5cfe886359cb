import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import { ensureTemporalServer, type TemporalBinaries } from '../../scripts/temporal-server.js';
import { SetUpFailure } from '../../scripts/set-up-failure.js';
import { choosePorts, rememberedPorts } from '../ports.ts';
import type { RunningPostgres } from '../postgres/start-postgres.ts';
import { secretOf } from '../secrets.ts';
import type { StackContext } from '../stack-context.ts';
import type { KeptSpec } from '../supervisor/kept-spec.ts';
import { connectTemporal } from './connect.ts';
import { provideTemporalSchema } from './schema.ts';
import { TEMPORAL_PORTS, writeServerConfig, type TemporalDatabase } from './server-config.ts';

/** The name of the embedded server among the processes of a stack. */
const TEMPORAL_SERVER = 'temporal-server';

const START_TIMEOUT_MS = 60_000;
const CHECK_MS = 25;
const ATTEMPTS = 4;
/** Where people and their tools look for Temporal first. */
const USUAL_PORT = 7233;

/** A running embedded server and an open connection to it, for the caller to close. */
export interface RunningServer {
  readonly address: string;
  readonly connection: Connection;
}

/**
 * Finds the server's binaries, or fetches or builds them: minutes, once.
 * @throws {JobError} `setup-failed` without network and Go
 */
export async function findTemporalServer(
  tell: (line: string) => void,
  environment: NodeJS.ProcessEnv,
): Promise<TemporalBinaries> {
  try {
    return await ensureTemporalServer(tell, environment);
  } catch (error) {
    throw error instanceof SetUpFailure ? new JobError('setup-failed', error.message, { cause: error }) : error;
  }
}

/**
 * Starts the embedded server on its databases, or finds it running. Ports that are taken in the last moment are replaced.
 * @throws {JobError} `stack-failed` or `setup-failed`
 */
export async function startTemporalServer(
  context: StackContext,
  binaries: TemporalBinaries,
  postgres: RunningPostgres,
): Promise<RunningServer> {
  const { home } = context;
  const { port, socket, adminUrl } = postgres;
  const database: TemporalDatabase = {
    port,
    socket,
    login: 'temporal',
    password: secretOf(home, 'temporal'),
    main: 'temporal',
    visibility: 'temporal_visibility',
  };
  await provideTemporalSchema({ home, sqlTool: binaries.sqlTool, adminUrl, database });
  const cluster = `holdfast-${secretOf(home, 'cluster').slice(0, 8)}`;
  for (let attempt = 1; ; attempt += 1) {
    const running = context.isUp(TEMPORAL_SERVER) ? rememberedPorts(home, TEMPORAL_PORTS) : undefined;
    const ports = running ?? (await choosePorts(home, TEMPORAL_PORTS, { frontend: USUAL_PORT }));
    const config = writeServerConfig(home, { cluster, ports, database });
    await context.link.start(specOf(binaries.server, config, { ...ports, database: port }));
    const address = `127.0.0.1:${ports.frontend}`;
    const result = await connectWhenUp(context, address, cluster);
    if (typeof result !== 'string') {
      await context.link.confirm(TEMPORAL_SERVER);
      return { address, connection: result };
    }
    if (attempt >= ATTEMPTS)
      throw new JobError(
        'stack-failed',
        `the Temporal server does not start: ${result}; its log is ${join(home.logs, `${TEMPORAL_SERVER}.log`)}`,
      );
    context.forget(TEMPORAL_SERVER);
  }
}

function specOf(server: string, config: string, ports: Readonly<Record<string, number>>): KeptSpec {
  return {
    name: TEMPORAL_SERVER,
    stage: 'server',
    command: server,
    args: ['--config-file', config, '--allow-no-auth', 'start'],
    // The ports are in the file; named here too, other ports make another specification.
    env: { PATH: '/usr/bin:/bin', GOGC: '400', GOMEMLIMIT: '1GiB', HOLDFAST_PORTS: Object.values(ports).join(',') },
    cwd: '/',
    readyBy: 'confirmation',
    restart: true,
    stop: [{ signal: 'SIGTERM', graceMs: 3_000 }],
  };
}

/** Waits for the server to answer; why it never will when it does not. */
async function connectWhenUp(context: StackContext, address: string, cluster: string): Promise<Connection | string> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  let last = 'no answer';
  while (performance.now() < deadline) {
    try {
      return await connectTo(address, cluster);
    } catch (error) {
      last = sentenceOf(error);
    }
    const state = (await context.link.processes()).find(({ name }) => name === TEMPORAL_SERVER);
    if (state === undefined || state.status === 'failed') return last;
    await delay(CHECK_MS);
  }
  return last;
}

async function connectTo(address: string, cluster: string): Promise<Connection> {
  // gRPC waits a second before it tries again, so it starts when somebody listens.
  await knock(address);
  const connection = await connectTemporal({ address, namespace: 'default' }, 5_000);
  const { clusterName } = await connection.workflowService.getClusterInfo({});
  if (clusterName === cluster) return connection;
  await connection.close();
  throw new JobError('stack-failed', `another Temporal server (${clusterName}) listens at ${address}`);
}

function knock(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(`tcp://${address}`);
    const socket = connect(Number(port), hostname);
    socket.once('error', reject);
    socket.once('connect', () => resolve(void socket.destroy()));
  });
}
