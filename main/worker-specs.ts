import { pathToFileURL } from 'node:url';
import { programFile, type ProcessSpec, type StackAddresses } from '../stack/index.ts';
import type { Build } from '../workers/builds/build-of.ts';
import { WORKER_SETTINGS, type WorkerSettingsInput } from '../workers/settings.ts';

/** Two layouts of worker processes: each does all, or job code and calls in processes apart. */
export type Layout = 'together' | 'apart';

/** What the worker processes are to be. */
export interface WorkerPlan {
  readonly layout: Layout;
  /** How many processes of each role; at least two, so that one can be killed. */
  readonly processes: number;
  /** The Task Queue of workflows; that of calls is derived from it. */
  readonly taskQueue: string;
  /** The Task Queue of calls in the layout apart; default `<taskQueue>-calls`. */
  readonly callsQueue?: string;
  readonly bundle: string;
  /** The version that those who run workflows are; absent: they are unversioned. */
  readonly version?: Build;
  /** The digest of the jobs' code: a process that loads it is replaced when it has changed. Default: nothing replaces it. */
  readonly code?: string;
  /** Absolute job folders. */
  readonly jobs: readonly string[];
  readonly systems: Readonly<Record<string, { readonly address: string; readonly credential?: string }>>;
  readonly endpoints: Extract<WorkerSettingsInput, { role: 'calls' }>['endpoints'];
  readonly workflowTaskSlots?: number;
  readonly activitySlots?: number;
  /** The health port of the first process, the others' follow; default: free ports. */
  readonly healthPort?: number;
  /** The program of the worker processes, absolute; default the worker itself. */
  readonly program?: string;
  /** The shell variables that every child needs, such as the compile cache's folder. */
  readonly env: Readonly<Record<string, string>>;
  readonly verbose: boolean;
}

/** The Task Queue of workflows when none is named. */
export const DEFAULT_TASK_QUEUE = 'holdfast';

const WORKER_MAIN = programFile('./worker', import.meta.url);
/** What Node is told so that a worker's threads cost less; see `lean-threads.ts`. */
export const LEAN_THREADS: readonly string[] = [
  '--import',
  pathToFileURL(programFile('./lean-threads', import.meta.url)).href,
];
const STOP_GRACE_MS = 8_000;

/** The Task Queue of calls in a layout; `undefined` when it is the workflows' own. */
export function callsQueueOf(plan: Pick<WorkerPlan, 'layout' | 'taskQueue' | 'callsQueue'>): string | undefined {
  return plan.layout === 'apart' ? (plan.callsQueue ?? `${plan.taskQueue}-calls`) : undefined;
}

/** The worker processes of a plan. Those that run job code alone are told no database, no system and no endpoint. */
export function workerSpecs(plan: WorkerPlan, addresses: StackAddresses): readonly ProcessSpec[] {
  const roles = plan.layout === 'together' ? (['together'] as const) : (['workflows', 'calls'] as const);
  const numbers = Array.from({ length: plan.processes }, (_, index) => index + 1);
  const workers = numbers.flatMap((number) => roles.map((role) => ({ role, number })));
  return workers.map(({ role, number }, index) => {
    const healthPort = plan.healthPort === undefined ? 0 : plan.healthPort + index;
    return specOf({ ...settingsOf({ plan, addresses, role, number }), healthPort }, plan);
  });
}

/** The names of the processes that run the workflows of a plan's own build. */
export function workflowWorkerNames({
  taskQueue,
  processes,
}: Pick<WorkerPlan, 'taskQueue' | 'processes'>): readonly string[] {
  return Array.from({ length: processes }, (_, index) => processName(taskQueue, `w${index + 1}`));
}

/** The name of the process that runs an older build of a Task Queue's workflows. */
export function oldBuildName({ taskQueue }: Pick<WorkerPlan, 'taskQueue'>, build: string): string {
  return `${oldBuildPrefix({ taskQueue })}${build}`.toLowerCase();
}

/** What the names of all such processes of a Task Queue begin with. */
export function oldBuildPrefix({ taskQueue }: Pick<WorkerPlan, 'taskQueue'>): string {
  return `worker-${taskQueue}-o-`.toLowerCase();
}

/**
 * One process for the open runs of an older build, on its bundle. In the layout together the calls of those runs come to it, too:
 * it makes them with the tools as they are now, which refuse a run that was started with another declaration.
 */
export function oldBuildSpec(
  plan: Omit<WorkerPlan, 'healthPort'> & { readonly version: Build },
  addresses: StackAddresses,
): ProcessSpec {
  const role = plan.layout === 'together' ? 'together' : 'workflows';
  const { version } = plan;
  const settings = settingsOf({ plan, addresses, role, number: 1 });
  return {
    ...specOf({ ...settings, name: `o${version.build.slice(0, 4)}` }, plan),
    name: oldBuildName(plan, version.build),
  };
}

/** The environment of a process that loads the jobs of a plan. */
export function jobsEnv({ env, code }: Pick<WorkerPlan, 'env' | 'code'>): Readonly<Record<string, string>> {
  // Nobody reads it: it makes another specification of other code.
  return code === undefined ? env : { ...env, HOLDFAST_CODE: code };
}

function specOf(settings: WorkerSettingsInput, plan: Pick<WorkerPlan, 'env' | 'code' | 'program'>): ProcessSpec {
  // A worker of workflows alone runs its bundle, which its settings name.
  const env = settings.role === 'workflows' ? plan.env : jobsEnv(plan);
  return {
    name: processName(settings.taskQueue, settings.name),
    stage: 'worker',
    args: [...LEAN_THREADS, plan.program ?? WORKER_MAIN],
    env: { ...env, [WORKER_SETTINGS]: JSON.stringify(settings) },
    ready: { stdoutJson: true },
    restart: true,
    stopGraceMs: STOP_GRACE_MS,
  };
}

function processName(taskQueue: string, name: string): string {
  return `worker-${taskQueue}-${name}`.toLowerCase();
}

function settingsOf(worker: {
  plan: WorkerPlan;
  addresses: StackAddresses;
  role: 'together' | 'workflows' | 'calls';
  number: number;
}): WorkerSettingsInput {
  const { plan, addresses, role, number } = worker;
  const { address, namespace, apiKey, tls } = addresses.temporal;
  const shared = {
    address,
    namespace,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(tls === undefined ? {} : { tls: tls === true ? {} : tls }),
    verbose: plan.verbose,
  };
  const workflows = {
    bundle: plan.bundle,
    ...(plan.version === undefined ? {} : { version: plan.version }),
    ...(plan.workflowTaskSlots === undefined ? {} : { workflowTaskSlots: plan.workflowTaskSlots }),
  };
  const calls = {
    jobs: [...plan.jobs],
    databaseUrl: addresses.database.gateUrl,
    systems: { ...plan.systems },
    endpoints: plan.endpoints,
    ...(plan.activitySlots === undefined ? {} : { activitySlots: plan.activitySlots }),
  };
  switch (role) {
    case 'together':
      return { role, ...shared, name: `w${number}`, taskQueue: plan.taskQueue, ...workflows, ...calls };
    case 'workflows':
      return { role, ...shared, name: `w${number}`, taskQueue: plan.taskQueue, ...workflows };
    case 'calls':
      return { role, ...shared, name: `c${number}`, taskQueue: callsQueueOf(plan) ?? plan.taskQueue, ...calls };
  }
}
