import { type NativeConnection, Worker } from '@temporalio/worker';
import { type Activities, chatCompletions, createActivities } from '../activities/index.ts';
import type { Logger } from '../domain/log.ts';
import { openGate, type Gate, type GateOptions } from '../gate/index.ts';
import { checkEndpoints } from '../jobs/check-endpoints.ts';
import type { Job } from '../jobs/job.ts';
import { loadJobs } from '../jobs/load-jobs.ts';
import { createRegistry } from '../jobs/registry.ts';
import { type HealthServer, serveHealth } from './health-server.ts';
import { connectNatively } from './native-connection.ts';
import { reasonsNotReady } from './readiness.ts';
import type { WorkerSettings } from './settings.ts';
import { temporalOptions } from './temporal-options.ts';

/** A worker that polls. */
export interface RunningWorker {
  /** Resolves when it has shut down; rejects when it failed. */
  readonly ended: Promise<void>;
  /** Where it serves /healthz and /readyz on 127.0.0.1. */
  readonly healthPort: number;
  /** Drains for at most 8 s, then gives the gate's lease back. */
  shutdown(): void;
}

/** What tests add to a worker. */
export interface WorkerExtras {
  readonly logger: Logger;
  /** Called at the gate's kill points. */
  readonly at?: GateOptions['at'];
  /** Stands in for a job that was loaded. What is declared, which digests are made of, must stay the same. */
  readonly standIn?: (job: Job) => Job;
}

type CallSettings = Exclude<WorkerSettings, { role: 'workflows' }>;

/** What a worker holds open until it ends. */
interface Held {
  readonly connection: NativeConnection;
  gate?: Gate;
  health?: HealthServer;
  worker?: Worker;
}

/**
 * Connects a worker of the given role; it polls when this resolves.
 * @throws JobError `stack-failed` when Temporal or the database does not answer or the health port is taken, `invalid-job` for a folder without its job
 */
export async function startWorker(settings: WorkerSettings, extras: WorkerExtras): Promise<RunningWorker> {
  const held: Held = { connection: await connectNatively(settings) };
  try {
    // Before the worker: what was made and never runs could not be closed.
    const health = await healthOf(settings, held);
    held.health = health;
    const worker = await create(settings, extras, held);
    held.worker = worker;
    // A second signal to end finds it ending.
    const shutdown = (): void => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
    };
    return { ended: run(worker, held), healthPort: health.port, shutdown };
  } catch (error) {
    await release(held);
    throw error;
  }
}

function healthOf(settings: WorkerSettings, held: Held): Promise<HealthServer> {
  const { role, taskQueue, name, healthPort } = settings;
  return serveHealth({
    identity: { role, taskQueue, name, since: new Date().toISOString() },
    port: healthPort,
    notReady: async () => {
      const { worker, connection, gate } = held;
      return worker === undefined ? ['It is starting.'] : reasonsNotReady({ settings, worker, connection, gate });
    },
  });
}

async function create(settings: WorkerSettings, extras: WorkerExtras, held: Held): Promise<Worker> {
  const { connection } = held;
  const options = { connection, ...temporalOptions(settings) };
  if (settings.role === 'workflows') return Worker.create(options);
  held.gate = await gateOf(settings, extras);
  return Worker.create({ ...options, activities: await activitiesOf(settings, held.gate, extras) });
}

async function run(worker: Worker, held: Held): Promise<void> {
  try {
    await worker.run();
  } finally {
    await release(held);
  }
}

// Else what is still open keeps the process of a worker alive that cannot work.
async function release({ gate, connection, health }: Held): Promise<void> {
  await health?.close();
  await gate?.close();
  await connection.close();
}

async function activitiesOf(settings: CallSettings, gate: Gate, extras: WorkerExtras): Promise<Activities> {
  const loaded = await loadJobs(settings.jobs, '/');
  const { standIn = (job: Job): Job => job } = extras;
  const registry = createRegistry(loaded.map(({ job }) => standIn(job)));
  const endpoints = settings.endpoints.map(({ credential: _, ...endpoint }) => endpoint);
  checkEndpoints(registry.jobs, endpoints);
  return createActivities({ gate, registry, endpoints, dialect: chatCompletions, logger: extras.logger });
}

async function gateOf(settings: CallSettings, extras: WorkerExtras): Promise<Gate> {
  return openGate({
    databaseUrl: settings.databaseUrl,
    label: settings.name,
    systems: mapOf(Object.entries(settings.systems), ({ address, credential }): GateOptions['systems'][string] => {
      return { address, ...(credential === undefined ? {} : { credential }) };
    }),
    endpoints: mapOf(
      settings.endpoints.map((endpoint) => [endpoint.id, endpoint]),
      ({ address, credential, cleared }): GateOptions['endpoints'][string] => {
        return { address, cleared, ...(credential === undefined ? {} : { credential }) };
      },
    ),
    logger: extras.logger,
    ...(extras.at === undefined ? {} : { at: extras.at }),
  });
}

function mapOf<In, Out>(entries: readonly (readonly [string, In])[], to: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(entries.map(([name, value]) => [name, to(value)]));
}
