import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { announceVersion, versionOf } from '../../main/plain-version.ts';
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
    const workflowBundle = await bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger });
    // A version like the engine's workers: it stands in every Workflow Task.
    const version = versionOf(taskQueue, workflowBundle.code);
    const worker = await Worker.create({
      connection,
      namespace,
      taskQueue,
      // As short as those of the engine's workers: it stands in four events of every step.
      identity: 'w1',
      workflowBundle,
      workerDeploymentOptions: {
        version: { deploymentName: version.deployment, buildId: version.build },
        useWorkerVersioning: true,
        defaultVersioningBehavior: 'PINNED',
      },
      activities: bareActivities(turns - 1),
    });
    return await worker.runUntil(async () => {
      await announceVersion(temporal, version);
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
