import { randomUUID } from 'node:crypto';
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { canonicalJson, type Json } from '../domain/canonical.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { DEFAULT_TENANT, parseRunId, type RunId, type Tenant } from '../domain/ids.ts';
import type { RunStatus } from '../domain/run-view.ts';
import { deliverSignal, pauseRunUpdate, resumeRunUpdate } from '../workflows/messages.ts';
import type { ClientParts } from './client.ts';
import { runRow } from './run-row.ts';

/** Who steers a run. */
export interface ControlOptions {
  /** Recorded with the act; not yet authenticated. */
  readonly actor: string;
  readonly reason?: string;
  /** Default `default`. */
  readonly tenant?: Tenant;
}

/** An external event for a run. */
export interface SignalOptions {
  readonly name: string;
  /** Small JSON, at most 8 KiB. */
  readonly payload?: Json;
  /** A second delivery under the same id is the same event; default a new id. */
  readonly id?: string;
  readonly actor: string;
  /** Default `default`. */
  readonly tenant?: Tenant;
}

type Decision = Parameters<ClientParts['store']['decisions']['insert']>[0];

interface Told {
  readonly kind: string;
  readonly name?: string | undefined;
  readonly payload?: unknown;
}

const UPDATE_TIMEOUT_MS = 10_000;
const MAX_PAYLOAD_BYTES = 8_192;

/** Holds a run before its next step. */
export async function pauseRun(parts: ClientParts, runId: string, control: ControlOptions): Promise<RunStatus> {
  return steer(parts, runId, { control, kind: 'pause' });
}

/** Lets a paused run go on; one that waits for what was down tries again at once. */
export async function resumeRun(parts: ClientParts, runId: string, control: ControlOptions): Promise<RunStatus> {
  return steer(parts, runId, { control, kind: 'resume' });
}

/** Cancels a run. */
export async function cancelRun(parts: ClientParts, runId: string, control: ControlOptions): Promise<void> {
  const decision = decisionOf(runId, { control, kind: 'cancel' });
  await decide(parts, decision, async () => {
    await parts.workflows.workflow.getHandle(decision.runId).cancel();
  });
}

/** Delivers an external event. */
export async function deliver(parts: ClientParts, runId: string, signal: SignalOptions): Promise<void> {
  const { name, actor, payload = null, id = randomUUID(), tenant = DEFAULT_TENANT } = signal;
  const bytes = Buffer.byteLength(JSON.stringify(payload));
  if (bytes > MAX_PAYLOAD_BYTES) {
    throw new JobError(
      'invalid-input',
      `The payload of "${name}" has ${bytes} bytes; ${MAX_PAYLOAD_BYTES} are allowed.`,
    );
  }
  const decision: Decision = { tenant, runId: parseRunId(runId), decisionId: id, kind: 'signal', name, payload, actor };
  await decide(parts, decision, async () => {
    await parts.workflows.workflow.getHandle(decision.runId).signal(deliverSignal, { name, id, actor, payload });
  });
}

async function steer(
  parts: ClientParts,
  runId: string,
  act: { control: ControlOptions; kind: 'pause' | 'resume' },
): Promise<RunStatus> {
  const decision = decisionOf(runId, act);
  const { actor, reason } = act.control;
  let status: RunStatus = 'running';
  await decide(parts, decision, async () => {
    const handle = parts.workflows.workflow.getHandle(decision.runId);
    const args: [{ actor: string; reason?: string }] = [{ actor, ...(reason === undefined ? {} : { reason }) }];
    const update = act.kind === 'pause' ? pauseRunUpdate : resumeRunUpdate;
    const answer = await parts.workflows.withDeadline(Date.now() + UPDATE_TIMEOUT_MS, () =>
      handle.executeUpdate(update, { args, updateId: decision.decisionId }),
    );
    status = answer.status as RunStatus;
  });
  return status;
}

function decisionOf(runId: string, act: { control: ControlOptions; kind: 'pause' | 'resume' | 'cancel' }): Decision {
  const { actor, reason, tenant = DEFAULT_TENANT } = act.control;
  return {
    tenant,
    runId: parseRunId(runId),
    decisionId: randomUUID(),
    kind: act.kind,
    actor,
    payload: reason === undefined ? null : { reason },
  };
}

// Stored before it is delivered: with no worker up the decision is not lost.
async function decide(parts: ClientParts, decision: Decision, deliverIt: () => Promise<void>): Promise<void> {
  const row = await runRow(parts, decision.tenant, decision.runId);
  if (row.closedAt !== undefined) throw ended(decision.runId, row.status);
  const stored = await parts.store.decisions.insert(decision);
  if (!stored.inserted && !isSame(stored.row, decision)) {
    throw new JobError(
      'conflict',
      `The id "${decision.decisionId}" was used before for another ${stored.row.kind} of ${decision.runId}; give a new event an id of its own.`,
    );
  }
  try {
    await deliverIt();
  } catch (error) {
    throw row.status === 'starting' && error instanceof WorkflowNotFoundError
      ? notStarted(decision.runId)
      : failure(decision, error);
  }
  await parts.store.decisions.markDelivered(decision.tenant, decision.runId, decision.decisionId);
}

// By its content alone: who says it again may be another.
function isSame(stored: Told, decision: Told): boolean {
  const told = ({ kind, name, payload }: Told): string => canonicalJson([kind, name ?? null, payload ?? null]);
  return told(stored) === told(decision);
}

function failure({ runId, kind }: Decision, error: unknown): JobError {
  if (error instanceof WorkflowNotFoundError) return ended(runId, 'no longer open');
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new JobError(
      'unavailable',
      `The ${kind} for ${runId} is stored, but no worker took it within ${UPDATE_TIMEOUT_MS / 1000} s; start a worker and ask again.`,
      { cause: error },
    );
  }
  if (error instanceof WorkflowUpdateFailedError)
    return new JobError('internal', `The run ${runId} did not take the ${kind}: ${sentenceOf(error.cause)}`, {
      cause: error,
    });
  return new JobError(
    'stack-failed',
    `The ${kind} for ${runId} is stored, but Temporal did not take it: ${sentenceOf(error)}`,
    { cause: error },
  );
}

function notStarted(runId: RunId): JobError {
  return new JobError(
    'unavailable',
    `The run ${runId} has not reached Temporal yet; start it again with the same input, then ask again.`,
  );
}

function ended(runId: RunId, status: string): JobError {
  return new JobError(
    'run-ended',
    `The run ${runId} has ended (${status}); it takes nothing more. Look at it with its id.`,
  );
}
