import type { Client } from '@temporalio/client';
import { reaperScheduleOf } from '../../../domain/reaper.ts';

/** Removes the schedule of a Task Queue's sweeps and ends what it started: the next test has another Task Queue. */
export async function endReaper(client: Client, taskQueue: string): Promise<void> {
  const id = reaperScheduleOf(taskQueue);
  await client.schedule
    .getHandle(id)
    .delete()
    .catch(() => undefined);
  const query = `WorkflowId STARTS_WITH "${id}" AND ExecutionStatus = "Running"`;
  for await (const { workflowId } of client.workflow.list({ query }))
    await client.workflow.getHandle(workflowId).terminate('The test is over.');
}
