import type { Client } from '@temporalio/client';

const CLOSING = 'closeRun';
const NANOS_PER_MS = 1e6;

/**
 * How long each step of a run took, in milliseconds, by the server's clock: from its being scheduled to the next one's being so, the
 * receiver's time included. The last step has none after it and is left out.
 */
export async function stepTimes(temporal: Client, runId: string): Promise<readonly number[]> {
  const { events } = await temporal.workflow.getHandle(runId).fetchHistory();
  const scheduled = (events ?? []).flatMap(({ eventTime, activityTaskScheduledEventAttributes: step }) => {
    if (step === null || step === undefined || step.activityType?.name === CLOSING) return [];
    return [Number(eventTime?.seconds ?? 0) * 1_000 + (eventTime?.nanos ?? 0) / NANOS_PER_MS];
  });
  return scheduled.slice(1).map((at, index) => at - (scheduled[index] ?? at));
}
