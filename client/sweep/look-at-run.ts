import proto from '@temporalio/proto';
import { WorkflowFailedError } from '@temporalio/client';
import { isJobErrorCode, type JobErrorCode, sentenceOf } from '../../domain/errors.ts';
import type { BlobRef } from '../../domain/ids.ts';
import type { EndStatus } from '../../domain/run-view.ts';
import type { QuietRun } from '../../gate/client-store.ts';
import type { ClientParts } from '../client.ts';
import { type Described, describeWorkflow, type WorkflowPlace } from './describe-workflow.ts';
import { placeOfPlain } from './plain-place.ts';
import { plainExecutionOf } from './plain-execution-of.ts';

/** How a Workflow ended whose row is still open. */
export interface FoundEnd {
  readonly status: EndStatus;
  readonly code?: JobErrorCode;
  readonly sentence?: string;
  readonly result?: BlobRef;
}

/** What Temporal says of a run. */
export type Sight =
  | { readonly kind: 'open'; readonly described: Described }
  | { readonly kind: 'ended'; readonly end: FoundEnd }
  | { readonly kind: 'missing' };

const { WorkflowExecutionStatus: STATUS } = proto.temporal.api.enums.v1;
const RESULT_TIMEOUT_MS = 5_000;

/** Looks a run up in Temporal; of a plain Workflow the one execution that the run is, wherever its chain has come to. */
export async function lookAtRun(
  parts: Pick<ClientParts, 'workflows' | 'temporal' | 'store' | 'registry'>,
  run: Pick<QuietRun, 'tenant' | 'runId' | 'job' | 'inputRef'>,
): Promise<Sight> {
  const plain = await placeOfPlain(parts, run);
  if (plain !== undefined) {
    const found = await plainExecutionOf(parts, plain);
    if (found.kind === 'followed') return { kind: 'ended', end: { status: 'completed', sentence: found.sentence } };
    return found.kind === 'missing' ? found : sightOf(parts, found.at, found.described);
  }
  const place = { namespace: parts.temporal.namespace, workflowId: run.runId };
  const described = await describeWorkflow(parts, place);
  return described === undefined ? { kind: 'missing' } : sightOf(parts, place, described);
}

async function sightOf(
  parts: Pick<ClientParts, 'workflows' | 'temporal'>,
  place: WorkflowPlace,
  described: Described,
): Promise<Sight> {
  const info = described.workflowExecutionInfo;
  const status = info?.status ?? STATUS.WORKFLOW_EXECUTION_STATUS_UNSPECIFIED;
  const runId = info?.execution?.runId ?? undefined;
  const at = { ...place, ...(runId === undefined ? {} : { runId }) };
  switch (status) {
    case STATUS.WORKFLOW_EXECUTION_STATUS_COMPLETED:
    case STATUS.WORKFLOW_EXECUTION_STATUS_FAILED:
      return { kind: 'ended', end: await ownEnd(parts, at, status) };
    case STATUS.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW:
      return { kind: 'ended', end: { status: 'completed' } };
    case STATUS.WORKFLOW_EXECUTION_STATUS_CANCELED:
      return {
        kind: 'ended',
        end: { status: 'cancelled', code: 'cancelled', sentence: 'It was cancelled in Temporal.' },
      };
    case STATUS.WORKFLOW_EXECUTION_STATUS_TERMINATED:
      return { kind: 'ended', end: terminated };
    case STATUS.WORKFLOW_EXECUTION_STATUS_TIMED_OUT:
      return { kind: 'ended', end: timedOut };
    case STATUS.WORKFLOW_EXECUTION_STATUS_UNSPECIFIED:
    case STATUS.WORKFLOW_EXECUTION_STATUS_RUNNING:
    case STATUS.WORKFLOW_EXECUTION_STATUS_PAUSED:
      return { kind: 'open', described };
    default:
      // What a later server may add is taken for open: it is looked at again.
      return { kind: 'open', described };
  }
}

const terminated: FoundEnd = {
  status: 'failed',
  code: 'terminated',
  sentence: 'Its Workflow was terminated in Temporal, which ends a run between two steps and tells it nothing.',
};
const timedOut: FoundEnd = {
  status: 'failed',
  code: 'deadline-exceeded',
  sentence: 'Its Workflow ran into the timeout that Temporal was given for it.',
};

// What it said itself when it ended.
async function ownEnd(
  { workflows, temporal }: Pick<ClientParts, 'workflows' | 'temporal'>,
  { namespace, workflowId, runId }: WorkflowPlace,
  status: number,
): Promise<FoundEnd> {
  const completed = status === STATUS.WORKFLOW_EXECUTION_STATUS_COMPLETED;
  const unsaid: FoundEnd = completed ? { status: 'completed' } : { status: 'failed', code: 'internal' };
  if (namespace !== temporal.namespace) return unsaid;
  const handle = workflows.workflow.getHandle(workflowId, runId, { followRuns: false });
  try {
    const result: unknown = await workflows.withDeadline(Date.now() + RESULT_TIMEOUT_MS, () => handle.result());
    return typeof result === 'object' && result !== null && 'ref' in result && typeof result.ref === 'string'
      ? { ...unsaid, result: result.ref as BlobRef }
      : unsaid;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    const type = cause !== undefined && 'type' in cause && typeof cause.type === 'string' ? cause.type : '';
    return { status: 'failed', code: isJobErrorCode(type) ? type : 'internal', sentence: sentenceOf(cause) };
  }
}
