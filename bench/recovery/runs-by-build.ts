import { Connection } from '@temporalio/client';
import { readWorkerSettings } from 'holdfast/worker';
import type { Engine } from '../../main/engine.ts';

/** By the build that it was worked on: how many Workflow Executions each engine's version has had, ended or not. */
export async function runsByBuild(engines: readonly Engine[]): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const { stack, workers } of engines) {
    const { address, namespace } = stack.addresses.temporal;
    const connection = await Connection.connect({ address });
    try {
      const { deployment, build } = versionOf(workers);
      const query = `TemporalWorkerDeploymentVersion = '${deployment}:${build}'`;
      const { count } = await connection.workflowService.countWorkflowExecutions({ namespace, query });
      counts[build] = Number(count ?? 0);
    } finally {
      await connection.close();
    }
  }
  return counts;
}

function versionOf(workers: Engine['workers']): { readonly deployment: string; readonly build: string } {
  const settings = workers.map(({ env }) => readWorkerSettings({ ...env }));
  const found = settings.flatMap((each) => (each.role === 'calls' ? [] : (each.version ?? [])))[0];
  if (found === undefined) throw new Error('The workers of the benchmark are no version of a Worker Deployment.');
  return found;
}
