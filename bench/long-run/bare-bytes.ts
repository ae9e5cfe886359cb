import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { bareActivities } from './bare-activities.ts';
import type { plainTurnsWorkflow } from './bare-workflow.ts';
import { rounded } from '../steps/statistics.ts';

const WORKFLOWS = fileURLToPath(new URL('bare-workflow.ts', import.meta.url));

/** What a step of an agent adds to the history of a workflow on Temporal alone, as the server counts it. */
export async function bareBytesPerStep(
  temporal: Client,
  place: { readonly address: string; readonly taskQueue: string; readonly turns: number },
): Promise<number> {
  const logger = new DefaultLogger('ERROR');
  Runtime.install({ logger });
  const { namespace } = temporal.options;
  const { taskQueue, turns } = place;
  const connection = await NativeConnection.connect({ address: place.address });
  try {
    const worker = await Worker.create({
      connection,
      namespace,
      taskQueue,
      // As short as those of the engine's workers: it stands in four events of every step.
      identity: 'w1',
      workflowBundle: await bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger }),
      activities: bareActivities(turns - 1),
    });
    return await worker.runUntil(async () => {
      const handle = await temporal.workflow.start<typeof plainTurnsWorkflow>('plainTurnsWorkflow', {
        workflowId: taskQueue,
        taskQueue,
        args: [{ run: 'x'.repeat(22), pages: turns - 1 }],
      });
      await handle.result();
      const { historySize = 0 } = await handle.describe();
      return rounded(historySize / (turns * 2 - 1), 0);
    });
  } finally {
    await connection.close();
  }
}
