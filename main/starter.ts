import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { translateErrors } from '../activities/index.ts';
import { enterOccurrence } from '../client/schedules/enter-occurrence.ts';
import type { Sweeps } from '../client/sweep/sweeps.ts';
import type { SweepActivities, Swept } from '../domain/reaper.ts';
import { type StartActivities, startsQueueOf } from '../domain/scheduled-start.ts';
import type { ClientStore } from '../gate/client-store.ts';
import type { Registry } from '../jobs/registry.ts';
import { connectNatively, type NativeAddress } from '../workers/native-connection.ts';
import { createSweepForAWhile } from './sweep-activity.ts';

/** What sweeps. */
export interface ReaperOptions {
  /** The bundle of the workflow of the sweeps. */
  readonly bundle: string;
  readonly sweeps: Sweeps;
  readonly swept: Swept;
}

/** What enters the runs of schedules. */
export interface StarterOptions {
  readonly temporal: NativeAddress & { readonly namespace: string };
  /** The client's own; it stays open. */
  readonly store: ClientStore;
  readonly registry: Registry;
  /** The Task Queue of the workflow workers. */
  readonly taskQueue: string;
  /** The Task Queue of the call workers when it is another one. */
  readonly callsQueue?: string;
  /** Absent: this process sweeps nothing. */
  readonly reaper?: ReaperOptions;
}

/** A starter that polls. */
export interface RunningStarter {
  /** Resolves when it has shut down; rejects when it failed. */
  readonly ended: Promise<void>;
  /** Ends what is being entered, then disconnects. */
  close(): Promise<void>;
}

// An entry is one short transaction; more at once only wait for the store's connections.
const SLOTS = 8;

/**
 * Polls for occurrences of schedules and enters their runs, and sweeps what is stuck. It belongs where the client's login to the
 * database is, which is no worker. What is due while none polls is entered when one does.
 * @throws JobError `stack-failed` when Temporal does not answer
 */
export async function startStarter(options: StarterOptions): Promise<RunningStarter> {
  const { temporal, taskQueue, reaper, ...parts } = options;
  const connection = await connectNatively(temporal);
  const ending = new AbortController();
  const activities: StartActivities & Partial<SweepActivities> = {
    enterOccurrence: translateErrors((occurrence) => enterOccurrence(parts, occurrence)),
    ...(reaper === undefined ? {} : { sweepForAWhile: createSweepForAWhile(reaper.sweeps, ending.signal) }),
  };
  try {
    const worker = await Worker.create({
      connection,
      namespace: temporal.namespace,
      taskQueue: startsQueueOf(taskQueue),
      identity: 'starter',
      activities,
      maxConcurrentActivityTaskExecutions: SLOTS,
      shutdownGraceTime: '500ms',
      shutdownForceTime: '1s',
      ...(reaper === undefined ? {} : sweeping(reaper)),
    });
    if (reaper !== undefined) await reaper.sweeps.schedule(reaper.swept);
    const ended = run(worker, connection);
    const close = async (): Promise<void> => {
      ending.abort();
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    };
    return { ended, close };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

// One workflow of few events: what runs it is kept small.
function sweeping({
  bundle,
}: ReaperOptions): Pick<
  WorkerOptions,
  'workflowBundle' | 'maxConcurrentWorkflowTaskExecutions' | 'maxCachedWorkflows'
> {
  return { workflowBundle: { codePath: bundle }, maxConcurrentWorkflowTaskExecutions: 2, maxCachedWorkflows: 10 };
}

async function run(worker: Worker, connection: NativeConnection): Promise<void> {
  try {
    await worker.run();
  } finally {
    await connection.close();
  }
}
