import type proto from '@temporalio/proto';
import type { ClientParts } from '../client.ts';

const TIMEOUT_MS = 5_000;
const NOT_FOUND = 5;

/** A Workflow as Temporal describes it. */
export type Described = proto.temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse;

/** Which execution; without a run id the one that holds the Workflow Id now, or held it last. */
export interface WorkflowPlace {
  readonly namespace: string;
  readonly workflowId: string;
  readonly runId?: string;
}

/** What Temporal knows of a Workflow, exactly and now; `undefined` when it has none. */
export async function describeWorkflow(
  { workflows }: Pick<ClientParts, 'workflows'>,
  { namespace, workflowId, runId }: WorkflowPlace,
): Promise<Described | undefined> {
  const execution = { workflowId, ...(runId === undefined ? {} : { runId }) };
  return found(() =>
    workflows.withDeadline(Date.now() + TIMEOUT_MS, () =>
      workflows.workflowService.describeWorkflowExecution({ namespace, execution }),
    ),
  );
}

/** The first event of an execution: what it started as. */
export async function startedEvent(
  { workflows }: Pick<ClientParts, 'workflows'>,
  { namespace, workflowId, runId }: WorkflowPlace,
): Promise<proto.temporal.api.history.v1.IWorkflowExecutionStartedEventAttributes | undefined> {
  const execution = { workflowId, ...(runId === undefined ? {} : { runId }) };
  const answer = await found(() =>
    workflows.withDeadline(Date.now() + TIMEOUT_MS, () =>
      workflows.workflowService.getWorkflowExecutionHistory({ namespace, execution, maximumPageSize: 1 }),
    ),
  );
  return answer?.history?.events?.[0]?.workflowExecutionStartedEventAttributes ?? undefined;
}

/** How long Temporal keeps what has ended, in milliseconds. */
export async function retentionMs({ workflows }: Pick<ClientParts, 'workflows'>, namespace: string): Promise<number> {
  const { config } = await workflows.withDeadline(Date.now() + TIMEOUT_MS, () =>
    workflows.workflowService.describeNamespace({ namespace }),
  );
  return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1_000;
}

async function found<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === NOT_FOUND) return undefined;
    throw error;
  }
}
