import { continueAsNew, isCancellation, proxyActivities, sleep } from '@temporalio/workflow';
import type { LeftoverActivities, SweepActivities, Swept } from '../domain/reaper.ts';

// Each row of sweeps lasts minutes, so that an execution lasts hours and leaves a hundred events.
const ROUNDS = 20;
const RETRY = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' } as const;

/**
 * Sweeps for ever what is stuck: on its own Task Queue what needs Temporal and the client's login to the database, and by a call
 * worker what needs a receiver. A schedule starts it again should somebody end it.
 */
export async function reaperWorkflow(swept: Swept): Promise<void> {
  // A row that is cut off by a killed process begins again elsewhere once its heartbeats are missed.
  const { sweepForAWhile } = proxyActivities<SweepActivities>({
    startToCloseTimeout: '20 minutes',
    heartbeatTimeout: '6s',
    retry: RETRY,
  });
  for (let round = 1; round <= ROUNDS; round += 1) {
    const { calls } = await sweepForAWhile(swept);
    if (calls !== undefined) await settle(calls, swept);
  }
  await continueAsNew<typeof reaperWorkflow>(swept);
}

// Without a call worker the sweeps go on; what was left comes again with the next one.
async function settle(taskQueue: string, swept: Swept): Promise<void> {
  const { settleLeftovers } = proxyActivities<LeftoverActivities>({
    taskQueue,
    scheduleToStartTimeout: '30s',
    startToCloseTimeout: '2 minutes',
    heartbeatTimeout: '4s',
    retry: { maximumAttempts: 1 },
  });
  try {
    await settleLeftovers(swept);
  } catch (error) {
    if (isCancellation(error)) throw error;
    await sleep('10s');
  }
}
