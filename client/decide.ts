import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { canonicalJson } from '../domain/canonical.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';
import type { RunId } from '../domain/ids.ts';
import type { ClientParts } from './client.ts';
import { runRow } from './run-row.ts';

/** What a person decided about a run. */
export type Decision = Parameters<ClientParts['store']['decisions']['insert']>[0];

interface Told {
  readonly kind: string;
  readonly name?: string | undefined;
  readonly payload?: unknown;
}

const MAX_NAMED = 500;

/** How long a run may take to answer an update, and Temporal to take what is delivered, in milliseconds. */
export const UPDATE_TIMEOUT_MS = 10_000;

/**
 * Stores a decision, then delivers it: with no worker up it is not lost. The same id again delivers the same decision, as that of
 * whoever made it first.
 * @throws JobError `run-ended`, `conflict` for an id that another decision has, `invalid-input` for what the run refuses,
 * `unavailable` when no worker takes it in time
 */
export async function decide(
  parts: ClientParts,
  decision: Decision,
  deliverIt: (actor: string) => Promise<void>,
): Promise<void> {
  const row = await runRow(parts, decision.tenant, decision.runId);
  if (row.closedAt !== undefined) throw ended(decision.runId, row.status);
  const actor = await storeDecision(parts, decision);
  try {
    await deliverIt(actor);
  } catch (error) {
    if (row.status === 'starting' && error instanceof WorkflowNotFoundError) throw notStarted(decision.runId);
    const said = failure(decision, error);
    // What was refused must not arrive by a sweep once the run asks something else.
    if (error instanceof WorkflowUpdateFailedError) await parts.store.sweep.dropDecision(decision, said.message);
    throw said;
  }
  await parts.store.decisions.markDelivered(decision.tenant, decision.runId, decision.decisionId);
}

/**
 * Stores a decision, or finds the one that is there under its id.
 * @returns whoever made it first
 * @throws JobError `conflict` for an id that another decision has, `invalid-input` for names that cannot be shown
 */
export async function storeDecision({ store }: Pick<ClientParts, 'store'>, decision: Decision): Promise<string> {
  for (const [what, text] of Object.entries(namesOf(decision))) checkName(what, text);
  const stored = await store.decisions.insert(decision);
  if (!stored.inserted && !isSame(stored.row, decision)) {
    throw new JobError(
      'conflict',
      `The id "${decision.decisionId}" was used before for another ${stored.row.kind} of ${decision.runId}; give a new event an id of its own.`,
    );
  }
  return stored.row.actor ?? decision.actor ?? '';
}

function namesOf({ decisionId: id, kind, name, actor }: Decision): Readonly<Record<string, unknown>> {
  return { id, actor, ...(kind === 'signal' || kind === 'answer' ? { name } : {}) };
}

// They stand in the run's history, in its row and in sentences. Callers without types may give anything.
function checkName(what: string, text: unknown): void {
  const fits =
    typeof text === 'string' && text.trim() !== '' && text.length <= MAX_NAMED && !/\p{Cc}|\p{Cs}/u.test(text);
  if (fits) return;
  throw new JobError(
    'invalid-input',
    `The ${what} of a decision is 1 to ${MAX_NAMED} characters without control characters; give another one.`,
  );
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
      `The ${kind} for ${runId} is stored, but no worker took it within ${UPDATE_TIMEOUT_MS / 1000} s; it arrives once one does: start a worker.`,
      { cause: error },
    );
  }
  if (error instanceof WorkflowUpdateFailedError)
    return new JobError(
      kind === 'answer' ? 'invalid-input' : 'internal',
      `The run ${runId} did not take the ${kind}: ${sentenceOf(error.cause)}`,
      { cause: error },
    );
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
