import { ScheduleAlreadyRunning, type ScheduleOptions } from '@temporalio/client';
import { REAPER_WORKFLOW, reaperScheduleOf, type Swept } from '../../domain/reaper.ts';
import { startsQueueOf } from '../../domain/scheduled-start.ts';
import type { ClientParts } from '../client.ts';

// Only for when somebody has ended the workflow, which otherwise goes on for ever.
const EVERY = '1 minute';
const TIMEOUT_MS = 10_000;

/** Makes sure of the schedule that keeps the sweeps going; the same again, also by another engine of the Task Queue, changes nothing. */
export async function ensureReaper(
  { workflows, taskQueue }: Pick<ClientParts, 'workflows' | 'taskQueue'>,
  swept: Swept,
): Promise<void> {
  const options = scheduleOf(taskQueue, swept);
  await workflows.withDeadline(Date.now() + TIMEOUT_MS, async () => {
    try {
      await workflows.schedule.create(options);
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      const { spec, action, policies } = options;
      // Another version may have made it; whether a person has paused it stays.
      await workflows.schedule
        .getHandle(options.scheduleId)
        .update(({ state }) => ({ spec, action, ...(policies === undefined ? {} : { policies }), state }));
    }
  });
}

function scheduleOf(taskQueue: string, swept: Swept): ScheduleOptions & { action: { type: 'startWorkflow' } } {
  return {
    scheduleId: reaperScheduleOf(taskQueue),
    spec: { intervals: [{ every: EVERY }] },
    action: {
      type: 'startWorkflow',
      workflowType: REAPER_WORKFLOW,
      workflowId: reaperScheduleOf(taskQueue),
      taskQueue: startsQueueOf(taskQueue),
      args: [swept],
    },
    policies: { overlap: 'SKIP', catchupWindow: '1 minute' },
    state: { triggerImmediately: true },
  };
}
