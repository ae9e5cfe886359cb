import type { JobErrorCode } from '../domain/errors.ts';
import type { RunId } from '../domain/ids.ts';
import type { ClientParts } from './client.ts';
import { openPartsOf } from './open-parts.ts';

/** Why a run does not move, and how often it was tried. */
export interface Blocked {
  readonly error: string;
  readonly attempts: number;
}

// Below this an Activity that fails is just being tried again.
const FAILING_ATTEMPTS = 3;
const TIMEOUT_MS = 3_000;
// No number of tries mends it: a worker with the definition must come.
const AT_ONCE: JobErrorCode = 'definition-changed';

/** The error that blocks a run: of its own code, or of an Activity that keeps failing. `undefined` when neither is so. */
export async function blockedBy(parts: ClientParts, runId: RunId): Promise<Blocked | undefined> {
  try {
    return await parts.workflows.withDeadline(Date.now() + TIMEOUT_MS, () => lookUp(parts, runId));
  } catch {
    return undefined;
  }
}

async function lookUp(parts: ClientParts, workflowId: string): Promise<Blocked | undefined> {
  const { raw } = await parts.workflows.workflow.getHandle(workflowId).describe();
  const task = raw.pendingWorkflowTask;
  if (task !== null && task !== undefined && (task.attempt ?? 1) > 1) {
    const error = await workflowTaskError(parts, workflowId);
    if (error !== undefined) return { error, attempts: (task.attempt ?? 1) - 1 };
  }
  const failing = (raw.pendingActivities ?? []).find(({ attempt, lastFailure }) => {
    const shown = (attempt ?? 0) >= FAILING_ATTEMPTS || lastFailure?.applicationFailureInfo?.type === AT_ONCE;
    return shown && lastFailure?.message;
  });
  if (failing === undefined) {
    // Of a map over agents one that is blocked shows for all.
    const seen = openPartsOf(raw).map((id) => lookUp(parts, id));
    return (await Promise.all(seen)).find((blocked) => blocked !== undefined);
  }
  return {
    error: `${failing.activityId ?? 'an Activity'}: ${failing.lastFailure?.message ?? ''}`,
    attempts: (failing.attempt ?? 1) - 1,
  };
}

// Temporal keeps why a Workflow Task failed in the history alone, newest first when asked in reverse.
async function workflowTaskError(parts: ClientParts, workflowId: string): Promise<string | undefined> {
  const { history } = await parts.workflows.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: parts.temporal.namespace,
    execution: { workflowId },
    maximumPageSize: 20,
  });
  const failed = (history?.events ?? []).find(
    (event) =>
      event.workflowTaskFailedEventAttributes !== null && event.workflowTaskFailedEventAttributes !== undefined,
  );
  return failed?.workflowTaskFailedEventAttributes?.failure?.message ?? undefined;
}
