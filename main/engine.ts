import { createClient, type HoldfastClient } from '../client/index.ts';
import { checkEndpoints } from '../jobs/check-endpoints.ts';
import { loadJobs } from '../jobs/load-jobs.ts';
import { createRegistry, type Registry } from '../jobs/registry.ts';
import { openHome, openStack, type ProcessSpec, removeStack, type Stack, type UserServers } from '../stack/index.ts';
import { prepareBundle, prepareReaperBundle } from '../workers/bundle.ts';
import { codeDigest } from '../workers/code-digest.ts';
import { deploy } from './deploy.ts';
import { type OpenedBuilds, openBuilds } from './open-builds.ts';
import { simulatedModel } from './simulated-model.ts';
import { type ApiOptions, startApiProcess, type SweepingApi } from './start-api.ts';
import { callsQueueOf, DEFAULT_TASK_QUEUE, type Layout, type WorkerPlan, workerSpecs } from './worker-specs.ts';

/** Addresses of systems by their name in tool declarations. */
export type Systems = WorkerPlan['systems'];

/** What is to be brought up. */
export interface EngineOptions {
  /** The folder that keeps everything, `.holdfast` by custom. */
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** The servers that the user has already; default: none. */
  readonly servers?: UserServers;
  /** Job folders, relative to `root`. */
  readonly jobs: readonly string[];
  readonly root: string;
  readonly layout: Layout;
  /** Worker processes of each role; default 2. */
  readonly processes?: number;
  /** Default `holdfast`. */
  readonly taskQueue?: string;
  /** The Task Queue of calls in the layout apart; default `<taskQueue>-calls`. */
  readonly callsQueue?: string;
  /** Brings up what the jobs' tools speak to, and tells where it is. */
  readonly systems: (stack: Stack) => Promise<Systems>;
  /** The endpoints that the file names, to refuse agents that name others before anything is started. */
  readonly configured?: readonly { readonly id: string }[];
  /** The model endpoints; absent: the simulated model, labelled so. */
  readonly endpoints?: (stack: Stack) => Promise<WorkerPlan['endpoints']>;
  /** The program of the worker processes, absolute; default the worker itself. Evaluations have one that dies when it is told to. */
  readonly workerProgram?: string;
  readonly workflowTaskSlots?: number;
  readonly activitySlots?: number;
  /** What the jobs' own code reads from its environment, in this process and in the workers; default nothing. */
  readonly jobsEnv?: Readonly<Record<string, string>>;
  /** The health port of the first worker process; default: free ports. */
  readonly healthPort?: number;
  /** The HTTP API; absent: none is started. */
  readonly api?: ApiOptions;
  readonly verbose?: boolean;
  readonly onProgress: (line: string) => void;
}

/** Everything up: stack, systems, model, workers and a client. */
export interface Engine {
  readonly stack: Stack;
  readonly client: HoldfastClient;
  readonly registry: Registry;
  readonly endpoints: WorkerPlan['endpoints'];
  readonly systems: Systems;
  /** What its worker processes are made of. */
  readonly workers: readonly ProcessSpec[];
  /** Where the HTTP API is, when there is one. */
  readonly api?: string;
  /** Leaves the stack; as its last user, waits until every process has ended. */
  close(): Promise<void>;
}

/**
 * Brings everything up for some jobs, or joins what runs already.
 * @throws JobError with the sentence that says what is missing and how to mend it
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  Object.assign(process.env, options.jobsEnv);
  const loaded = await loadJobs(options.jobs, options.root);
  const registry = createRegistry(loaded.map(({ job }) => job));
  checkEndpoints(registry.jobs, options.configured ?? []);
  // Before anything is started: jobs that cannot work must leave no stack behind.
  const { folder: home } = openHome(options.home);
  const [bundle, code] = await Promise.all([prepareBundle(loaded, home), codeDigest(loaded)]);
  const api = options.api && (await withReaper(options.api, home));
  const stack = await openStack(options);
  try {
    const [systems, endpoints] = await Promise.all([
      options.systems(stack),
      options.endpoints === undefined ? simulatedModel(stack, options.onProgress) : options.endpoints(stack),
    ]);
    checkEndpoints(registry.jobs, endpoints);
    const found = { bundle, code, jobs: loaded.map(({ folder }) => folder), systems, endpoints };
    const { onProgress: tell } = options;
    const opened = await openBuilds({ stack, home: options.home, plan: planOf(options, found), loaded, tell });
    try {
      return {
        ...(await startWork({ stack, registry, opened, home: options.home, api })),
        registry,
        endpoints,
        systems,
      };
    } catch (error) {
      await opened.close();
      throw error;
    }
  } catch (error) {
    await stack.close();
    throw error;
  }
}

type Work = Pick<Engine, 'stack' | 'client' | 'workers' | 'api' | 'close'>;

/** Starts API and workers, those of older builds included, and lets new runs begin on the code of now. */
async function startWork(parts: {
  readonly stack: Stack;
  readonly registry: Registry;
  readonly opened: OpenedBuilds;
  readonly home: string;
  readonly api: SweepingApi | undefined;
}): Promise<Work> {
  const { stack, registry, opened, home, api } = parts;
  const { plan, builds } = opened;
  const workers = workerSpecs(plan, stack.addresses);
  const address = await deploy({
    stack,
    workers,
    ...(builds === undefined ? {} : { builds }),
    ...(api === undefined ? {} : { startApi: () => startApiProcess(stack, plan, { home, api }) }),
  });
  const client = await clientFor(stack, registry, plan);
  const close = async (): Promise<void> => {
    await client.close();
    await opened.close();
    await stack.close();
  };
  return { stack, client, workers, close, ...(address === undefined ? {} : { api: address }) };
}

/**
 * Deletes everything that an engine has kept in its home.
 * @throws JobError `stack-failed` while it runs
 */
export function removeEngine(home: string): void {
  removeStack(home);
}

async function withReaper(api: ApiOptions, home: string): Promise<SweepingApi> {
  return { ...api, reaper: { ...api.reaper, bundle: await prepareReaperBundle(home) } };
}

function planOf(
  options: EngineOptions,
  found: Pick<WorkerPlan, 'bundle' | 'code' | 'jobs' | 'systems' | 'endpoints'>,
): WorkerPlan {
  const { workflowTaskSlots, activitySlots, callsQueue, healthPort, workerProgram } = options;
  return {
    layout: options.layout,
    processes: options.processes ?? 2,
    taskQueue: options.taskQueue ?? DEFAULT_TASK_QUEUE,
    ...found,
    ...(callsQueue === undefined ? {} : { callsQueue }),
    ...(workflowTaskSlots === undefined ? {} : { workflowTaskSlots }),
    ...(activitySlots === undefined ? {} : { activitySlots }),
    ...(healthPort === undefined ? {} : { healthPort }),
    ...(workerProgram === undefined ? {} : { program: workerProgram }),
    // Beside these the stack gives each process what it needs of the shell, the compile cache included.
    env: { ...options.jobsEnv },
    verbose: options.verbose ?? false,
  };
}

async function clientFor(stack: Stack, registry: Registry, plan: WorkerPlan): Promise<HoldfastClient> {
  const { temporal, database } = stack.addresses;
  const callsQueue = callsQueueOf(plan);
  return createClient({
    temporal,
    databaseUrl: database.clientUrl,
    registry,
    taskQueue: plan.taskQueue,
    ...(callsQueue === undefined ? {} : { callsQueue }),
  });
}
