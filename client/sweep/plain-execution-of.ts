import { defaultPayloadConverter } from '@temporalio/client';
import { LINK_HEADER, type PlainPlace } from '../../domain/plain-execution.ts';
import type { ClientParts } from '../client.ts';
import { type Described, describeWorkflow, startedEvent, type WorkflowPlace } from './describe-workflow.ts';

/** The execution of a plain Workflow that a run stands for. */
export type PlainFound =
  /** The last execution of it: a reset or a retry is the same one. */
  | { readonly kind: 'at'; readonly at: WorkflowPlace; readonly described: Described }
  /** The next one of its chain has begun. */
  | { readonly kind: 'followed'; readonly sentence: string }
  | { readonly kind: 'missing' };

interface Execution {
  readonly at: WorkflowPlace;
  readonly described: Described;
  readonly first: string;
  readonly original: string;
  readonly link: number;
}

const MOST_CHAINS = 20;
const TIMEOUT_MS = 5_000;

/** Finds the execution by what its run is named after: the chain's first run, the link, and of a cron Workflow which of its runs. */
export async function plainExecutionOf(parts: Pick<ClientParts, 'workflows'>, place: PlainPlace): Promise<PlainFound> {
  const last = await lastOfChain(parts, place);
  if (last === undefined) return { kind: 'missing' };
  if (last.link > place.link)
    return { kind: 'followed', sentence: 'It continued as new; the next one is a run of its own.' };
  const { cronRun } = place;
  if (cronRun === undefined || cronRun === last.original) return { kind: 'at', at: last.at, described: last.described };
  const at = { namespace: place.namespace, workflowId: place.workflowId, runId: cronRun };
  const described = await describeWorkflow(parts, at);
  const followed = { kind: 'followed', sentence: 'The next run of its cron schedule has begun.' } as const;
  return described === undefined ? followed : { kind: 'at', at, described };
}

async function lastOfChain(parts: Pick<ClientParts, 'workflows'>, place: PlainPlace): Promise<Execution | undefined> {
  const { namespace, workflowId, first } = place;
  const current = await executionAt(parts, { namespace, workflowId });
  if (current === undefined || current.first === first) return current;
  // The Workflow Id has been used again since: what it was used for before is found by its name.
  const { workflows } = parts;
  const query = `WorkflowId = "${workflowId.replaceAll(/["\\]/g, '\\$&')}"`;
  const { executions } = await workflows.withDeadline(Date.now() + TIMEOUT_MS, () =>
    workflows.workflowService.listWorkflowExecutions({ namespace, query, pageSize: MOST_CHAINS }),
  );
  const runIds = (executions ?? []).map(({ execution }) => execution?.runId ?? '').filter((runId) => runId !== '');
  const found = await Promise.all(runIds.map((runId) => executionAt(parts, { namespace, workflowId, runId })));
  const chain = found.filter((each) => each?.first === first);
  return chain.toSorted((one, other) => startOf(other) - startOf(one))[0];
}

async function executionAt(
  parts: Pick<ClientParts, 'workflows'>,
  place: WorkflowPlace,
): Promise<Execution | undefined> {
  const described = await describeWorkflow(parts, place);
  const runId = described?.workflowExecutionInfo?.execution?.runId ?? undefined;
  if (described === undefined || runId === undefined) return undefined;
  const at = { ...place, runId };
  const started = await startedEvent(parts, at);
  if (started === undefined) return undefined;
  const payload = started.header?.fields?.[LINK_HEADER];
  const link: unknown = payload === undefined ? undefined : defaultPayloadConverter.fromPayload(payload);
  return {
    at,
    described,
    first: started.firstExecutionRunId ?? '',
    original: started.originalExecutionRunId ?? '',
    link: typeof link === 'number' ? link : 1,
  };
}

function startOf(execution: Execution | undefined): number {
  const { startTime } = execution?.described.workflowExecutionInfo ?? {};
  return Number(startTime?.seconds ?? 0) * 1_000 + (startTime?.nanos ?? 0) / 1_000_000;
}
