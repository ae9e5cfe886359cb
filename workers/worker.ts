import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { chatCompletions, createActivities } from '../activities/index.ts';
import type { Logger } from '../domain/log.ts';
import { openGate, type Gate, type GateOptions } from '../gate/index.ts';
import { loadJobs } from '../jobs/load-jobs.ts';
import { createRegistry } from '../jobs/registry.ts';
import type { WorkerSettings } from './settings.ts';

/** A worker that polls. */
export interface RunningWorker {
  /** Resolves when it has shut down; rejects when it failed. */
  readonly ended: Promise<void>;
  /** Drains for at most 8 s, then gives the gate's lease back. */
  shutdown(): void;
}

/** What tests add to a worker. */
export interface WorkerExtras {
  readonly logger: Logger;
  /** Called at the gate's kill points. */
  readonly at?: GateOptions['at'];
}

type CallSettings = Exclude<WorkerSettings, { role: 'workflows' }>;
type WorkflowSettings = Exclude<WorkerSettings, { role: 'calls' }>;

const MAX_CACHED_WORKFLOWS = 1_000;

/** Connects a worker of the given role; it polls when this resolves. */
export async function startWorker(settings: WorkerSettings, extras: WorkerExtras): Promise<RunningWorker> {
  const connection = await NativeConnection.connect({
    address: settings.address,
    ...(settings.apiKey === undefined ? {} : { apiKey: settings.apiKey }),
    ...(settings.tls === undefined ? {} : { tls: tlsOf(settings.tls) }),
  });
  const gate = settings.role === 'workflows' ? undefined : await gateOf(settings, extras);
  const worker = await Worker.create({
    connection,
    namespace: settings.namespace,
    taskQueue: settings.taskQueue,
    // Short: it stands in four events of every step's history.
    identity: settings.name,
    shutdownGraceTime: '5s',
    shutdownForceTime: '8s',
    ...(settings.role === 'calls' ? {} : workflowOptions(settings)),
    ...(settings.role === 'workflows' || gate === undefined ? {} : await callOptions(settings, gate, extras)),
  });
  const ended = run(worker, { gate, connection });
  return { ended, shutdown: () => worker.shutdown() };
}

async function run(worker: Worker, held: { gate: Gate | undefined; connection: NativeConnection }): Promise<void> {
  try {
    await worker.run();
  } finally {
    await held.gate?.close();
    await held.connection.close();
  }
}

function workflowOptions(settings: WorkflowSettings): Partial<WorkerOptions> {
  return {
    workflowBundle: { codePath: settings.bundle },
    maxConcurrentWorkflowTaskExecutions: settings.workflowTaskSlots,
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
    // A run whose worker was killed waits this long for it before another one takes over.
    stickyQueueScheduleToStartTimeout: '1s',
  };
}

async function callOptions(settings: CallSettings, gate: Gate, extras: WorkerExtras): Promise<Partial<WorkerOptions>> {
  const loaded = await loadJobs(settings.jobs, '/');
  const registry = createRegistry(loaded.map(({ job }) => job));
  const { endpoints } = settings;
  return {
    activities: createActivities({ gate, registry, endpoints, dialect: chatCompletions, logger: extras.logger }),
    maxConcurrentActivityTaskExecutions: settings.activitySlots,
  };
}

async function gateOf(settings: CallSettings, extras: WorkerExtras): Promise<Gate> {
  const endpoints = settings.endpoints.map(({ id, address, credential, cleared }) => [
    id,
    { address, cleared, ...(credential === undefined ? {} : { credential }) },
  ]);
  const systems = Object.entries(settings.systems).map(([name, { address, credential }]) => [
    name,
    { address, ...(credential === undefined ? {} : { credential }) },
  ]);
  return openGate({
    databaseUrl: settings.databaseUrl,
    label: settings.name,
    systems: Object.fromEntries(systems),
    endpoints: Object.fromEntries(endpoints),
    logger: extras.logger,
    ...(extras.at === undefined ? {} : { at: extras.at }),
  });
}

function tlsOf(tls: NonNullable<WorkerSettings['tls']>): { serverNameOverride?: string; serverRootCACertificate?: Buffer; clientCertPair?: { crt: Buffer; key: Buffer } } {
  const { serverName, serverRootCa, clientCertificate, clientKey } = tls;
  return {
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
    ...(serverRootCa === undefined ? {} : { serverRootCACertificate: Buffer.from(serverRootCa) }),
    ...(clientCertificate === undefined || clientKey === undefined
      ? {}
      : { clientCertPair: { crt: Buffer.from(clientCertificate), key: Buffer.from(clientKey) } }),
  };
}
