import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { DEFAULT_TENANT, type RunId, type Tenant } from '../domain/ids.ts';
import type { RunStatus } from '../domain/run-view.ts';
import type { StartInput } from '../domain/skeleton.ts';
import type { Job } from '../jobs/job.ts';
import { workflowNameOf } from '../jobs/registry.ts';
import { SEARCH_ATTRIBUTES } from '../workflows/messages.ts';
import type { ClientParts } from './client.ts';
import { enterRun } from './enter-run.ts';

/** How a run is started. */
export interface StartOptions {
  /** Default `default`. */
  readonly tenant?: Tenant;
  /** Who starts it; recorded, not yet authenticated. */
  readonly actor?: string;
}

/** A run that was started, now or before. */
export interface StartedRun {
  readonly runId: RunId;
  readonly tenant: Tenant;
  /** Whether this identity had a run already, open or ended. */
  readonly existing: boolean;
  /** What that run was when it was found; `starting` for a new one. */
  readonly status: RunStatus | 'starting';
}

interface Starting extends StartOptions {
  readonly job: Job;
  readonly input: unknown;
}

/** How long one Workflow Task may take: short, so that a run moves on within seconds after its worker was killed. */
export const WORKFLOW_TASK_TIMEOUT_MS = 3_000;

// Temporal may have taken a start that it does not answer: the next one finds it.
const START_TIMEOUT_MS = 10_000;
const DOES_NOT_SAY = 'unnamed';

/**
 * Starts a run: its blobs and its row first, then Temporal, so that a start that was cut in between is ended by the next.
 * @throws JobError `invalid-input` when the input does not fit, `conflict` when the identity's run had another input
 */
export async function startRun(parts: ClientParts, starting: Starting): Promise<StartedRun> {
  const { job, input, tenant = DEFAULT_TENANT, actor = DOES_NOT_SAY } = starting;
  const { runId, inserted, status, start } = await enterRun(parts, { job, input, tenant, actor });
  if (start !== undefined) {
    await startWorkflow(parts, { job, tenant, runId, start });
    // A new run is shown as running by its first step; one whose earlier start was cut or failed sheds what that left.
    if (!inserted) await parts.store.runs.markStarted(tenant, runId);
  }
  return { runId, tenant, existing: !inserted, status };
}

/**
 * Has Temporal start a run that stands in the projection; one that it runs already is left as it is.
 * @throws JobError `stack-failed` when Temporal does not take it; the row keeps why
 */
export async function startWorkflow(
  parts: ClientParts,
  { job, tenant, runId, start }: { job: Job; tenant: Tenant; runId: RunId; start: StartInput },
): Promise<void> {
  try {
    await parts.workflows.withDeadline(Date.now() + START_TIMEOUT_MS, () =>
      parts.workflows.workflow.start(workflowNameOf(job.name), {
        workflowId: runId,
        taskQueue: parts.taskQueue,
        args: [start],
        workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        searchAttributes: {
          [SEARCH_ATTRIBUTES.job]: [job.name],
          [SEARCH_ATTRIBUTES.status]: ['running'],
          [SEARCH_ATTRIBUTES.tenant]: [tenant],
        },
      }),
    );
  } catch (error) {
    // Somebody else's start of the same identity came first: the run is there, which is what was asked.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) {
      const failed = new JobError(
        'stack-failed',
        `Temporal did not take the run ${runId}: ${sentenceOf(error)}. Starting it again is safe.`,
        { cause: error },
      );
      await parts.store.runs.markStartFailed(tenant, runId, { code: failed.code, sentence: failed.message });
      throw failed;
    }
  }
}
