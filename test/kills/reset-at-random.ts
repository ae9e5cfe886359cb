import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { sharedStack } from '../stack-addresses.ts';
import type { Moment } from './random-plan.ts';

/** Has Temporal reset one of some workflows to a Workflow Task of its history; answers whether one was open that could be. */
export async function resetAtRandom(
  temporal: Client,
  workflowIds: readonly string[],
  { choice, second }: Pick<Moment, 'choice' | 'second'>,
): Promise<boolean> {
  const described = await Promise.all(workflowIds.map((id) => temporal.workflow.getHandle(id).describe()));
  const open = described.filter(({ status }) => status.name === 'RUNNING');
  const execution = open[Math.floor(choice * open.length)];
  if (execution === undefined) return false;
  const { workflowId, runId } = execution;
  const { events } = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
  const tasks = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
  const task = tasks[Math.floor(second * tasks.length)];
  if (task === undefined) return false;
  await temporal.workflowService.resetWorkflowExecution({
    namespace: sharedStack().temporal.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'test',
    workflowTaskFinishEventId: task.eventId ?? null,
    requestId: randomUUID(),
  });
  return true;
}
