import type { NativeConnection, Worker } from '@temporalio/worker';
import type { Gate } from '../gate/index.ts';
import type { WorkerSettings } from './settings.ts';

const TEMPORAL_TIMEOUT_MS = 1_000;
/** How long ago the database may have answered last, in milliseconds: a dozen renewals of the lease. */
const DATABASE_SILENCE_MS = 3_000;

/** What can keep a worker from taking work. */
export interface ReadinessParts {
  readonly settings: WorkerSettings;
  readonly worker: Worker;
  readonly connection: NativeConnection;
  /** Absent in a worker that makes no calls. */
  readonly gate: Gate | undefined;
}

/** Why a worker takes no work now, one sentence each, without addresses; empty when it does. */
export async function reasonsNotReady(parts: ReadinessParts): Promise<readonly string[]> {
  return [...pollers(parts), ...gateReasons(parts.gate), ...(await temporalReasons(parts.connection))];
}

function pollers({ settings: { role }, worker }: ReadinessParts): readonly string[] {
  const { runState, workflowPollerState, activityPollerState } = worker.getStatus();
  if (runState !== 'RUNNING') return [`It takes no more work: it is ${runState.toLowerCase()}.`];
  const workflows = role !== 'calls' && workflowPollerState !== 'POLLING';
  const calls = role !== 'workflows' && activityPollerState !== 'POLLING';
  return [
    ...(workflows ? ['It does not poll for Workflow Tasks.'] : []),
    ...(calls ? ['It does not poll for calls.'] : []),
  ];
}

function gateReasons(gate: Gate | undefined): readonly string[] {
  if (gate === undefined) return [];
  const { leaseLive, answeredMsAgo } = gate.health();
  return [
    ...(leaseLive ? [] : ['It has no lease on calls, so that it sends nothing.']),
    ...(answeredMsAgo <= DATABASE_SILENCE_MS
      ? []
      : [`The database has not answered for ${Math.round(answeredMsAgo / 1_000)} s.`]),
  ];
}

// Its pollers go on through an outage of the server, without a word.
async function temporalReasons(connection: NativeConnection): Promise<readonly string[]> {
  try {
    await connection.withDeadline(Date.now() + TEMPORAL_TIMEOUT_MS, () => connection.workflowService.getSystemInfo({}));
    return [];
  } catch {
    return [`Temporal does not answer within ${TEMPORAL_TIMEOUT_MS} ms.`];
  }
}
