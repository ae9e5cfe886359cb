import { proxyActivities } from '@temporalio/workflow';
import type { StartInput } from '../../domain/skeleton.ts';
import type { BareActivities } from './bare-activities.ts';
import { STEPS } from './step-count.ts';

/**
 * The same ten steps as people write them on Temporal alone. Timeouts and retry rule are those of a governed step; that they
 * stay so is checked in the histories of every benchmark.
 */
export async function plainStepsWorkflow(start: StartInput): Promise<{ ref: string }> {
  const { tenant, definition, input, calls } = start;
  const { sendFile } = proxyActivities<BareActivities>({
    startToCloseTimeout: 45_000,
    heartbeatTimeout: '4s',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' },
    ...(calls === undefined ? {} : { taskQueue: calls }),
  });
  let ref = '';
  for (let step = 1; step <= STEPS; step += 1) {
    const { value } = await sendFile({ tenant, definition, tool: 'file', input: { ref: input } });
    ref = value.ref;
  }
  return { ref };
}
