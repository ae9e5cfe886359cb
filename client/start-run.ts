import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { canonicalJson } from '../domain/canonical.ts';
import { digestOf, runIdOf } from '../domain/digest.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { DEFAULT_TENANT, type BlobRef, type RunId, type Tenant } from '../domain/ids.ts';
import type { RunStatus } from '../domain/run-view.ts';
import type { StartInput } from '../domain/skeleton.ts';
import { type PinnedDefinition, pinDefinition } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import { parseAs } from '../jobs/parse-as.ts';
import { workflowNameOf } from '../jobs/registry.ts';
import { SEARCH_ATTRIBUTES } from '../workflows/messages.ts';
import type { ClientParts } from './client.ts';

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

const DOES_NOT_SAY = 'unnamed';

/**
 * Starts a run: its blobs and its row first, then Temporal, so that a start that was cut in between is ended by the next.
 * @throws JobError `invalid-input` when the input does not fit, `conflict` when the identity's run had another input
 */
export async function startRun(parts: ClientParts, starting: Starting): Promise<StartedRun> {
  const { job, tenant = DEFAULT_TENANT, actor = DOES_NOT_SAY } = starting;
  parts.registry.job(job.name);
  const input = parseAs(
    { code: 'invalid-input', schema: job.input, subject: `The input of "${job.name}"` },
    starting.input,
  );
  const runId = runIdOf({ tenant, job: job.name, identity: job.identity(input) });
  const bytes = encoded(input);
  const pinned = pinDefinition(job);
  const { row, inserted } = await parts.store.runs.enter({
    tenant,
    runId,
    job: job.name,
    version: job.version,
    definition: encoded(pinned),
    input: bytes,
    actor,
  });
  if (row.inputDigest !== digestOf(bytes)) {
    throw new JobError(
      'conflict',
      `The run ${runId} was started for the same identity with another input; look at it with its id, or give the new thing an identity of its own.`,
    );
  }
  if (inserted || row.status === 'starting') {
    const skeleton = inserted ? pinned.skeleton : await pinnedSkeleton(parts, tenant, row.definition);
    await startWorkflow(parts, { job, tenant, runId, input: row.inputRef, definition: row.definition, skeleton });
    // A new run is shown as running by its first step; one whose earlier start was cut or failed sheds what that left.
    if (!inserted) await parts.store.runs.markStarted(tenant, runId);
  }
  return { runId, tenant, existing: !inserted, status: row.status };
}

async function startWorkflow(
  parts: ClientParts,
  run: { job: Job; tenant: Tenant; runId: RunId } & Pick<StartInput, 'input' | 'definition' | 'skeleton'>,
): Promise<void> {
  const { job, tenant, runId } = run;
  const { callsQueue } = parts;
  const start: StartInput = {
    tenant,
    definition: run.definition,
    input: run.input,
    skeleton: run.skeleton,
    ...(callsQueue === undefined ? {} : { calls: callsQueue }),
  };
  try {
    await parts.workflows.workflow.start(workflowNameOf(job.name), {
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
    });
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

// A start that was cut may have pinned an earlier version of the job than the one that ends it: what is pinned counts.
async function pinnedSkeleton(
  parts: ClientParts,
  tenant: Tenant,
  definition: BlobRef,
): Promise<StartInput['skeleton']> {
  const { bytes } = await parts.store.blobs.get(tenant, definition);
  const pinned = JSON.parse(new TextDecoder().decode(bytes)) as PinnedDefinition;
  return pinned.skeleton;
}

function encoded(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}
