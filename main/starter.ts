import { type NativeConnection, Worker } from '@temporalio/worker';
import { translateErrors } from '../activities/index.ts';
import { enterOccurrence } from '../client/schedules/enter-occurrence.ts';
import { type StartActivities, startsQueueOf } from '../domain/scheduled-start.ts';
import type { ClientStore } from '../gate/client-store.ts';
import type { Registry } from '../jobs/registry.ts';
import { connectNatively, type NativeAddress } from '../workers/native-connection.ts';

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
 * Polls for occurrences of schedules and enters their runs. It belongs where the client's login to the database is, which is no
 * worker. What is due while none polls is entered when one does.
 * @throws JobError `stack-failed` when Temporal does not answer
 */
export async function startStarter(options: StarterOptions): Promise<RunningStarter> {
  const { temporal, taskQueue, ...parts } = options;
  const connection = await connectNatively(temporal);
  const activities: StartActivities = {
    enterOccurrence: translateErrors((occurrence) => enterOccurrence(parts, occurrence)),
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
    });
    const ended = run(worker, connection);
    const close = async (): Promise<void> => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    };
    return { ended, close };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function run(worker: Worker, connection: NativeConnection): Promise<void> {
  try {
    await worker.run();
  } finally {
    await connection.close();
  }
}
