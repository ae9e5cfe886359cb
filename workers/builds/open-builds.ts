import { JobError, sentenceOf } from '../../domain/errors.ts';
import type { DeploymentServer } from './announce-build.ts';

/** What Temporal knows of the builds of a deployment. */
export interface SeenBuilds {
  /** The one on which new runs start; absent before the first. */
  readonly current?: string;
  /** Builds with open runs that stay on them, the current one included. */
  readonly open: readonly OpenBuild[];
}

/** A build that open runs are pinned to. */
export interface OpenBuild {
  readonly build: string;
  readonly runs: number;
}

const NOT_FOUND = 5;

/**
 * Counts the open runs of each build of a deployment; empty where there is no deployment yet. Counted and not taken from what
 * the server says of drainage, which is minutes old, and wrong after a reset. The count may be a second old.
 * @throws JobError `stack-failed` when Temporal does not answer
 */
export async function seeBuilds(server: DeploymentServer, deployment: string): Promise<SeenBuilds> {
  const { service, namespace } = server;
  try {
    const { workerDeploymentInfo: info } = await service.describeWorkerDeployment({
      namespace,
      deploymentName: deployment,
    });
    const builds = (info?.versionSummaries ?? []).flatMap(({ deploymentVersion }) => deploymentVersion?.buildId ?? []);
    const open: OpenBuild[] = [];
    // One after the other: a namespace may count ten times a second.
    for (const build of builds) {
      const runs = await countRuns(server, { deployment, build });
      if (runs > 0) open.push({ build, runs });
    }
    const current = info?.routingConfig?.currentDeploymentVersion?.buildId ?? '';
    return { open, ...(current === '' ? {} : { current }) };
  } catch (cause) {
    if (typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === NOT_FOUND) return { open: [] };
    throw new JobError('stack-failed', `Temporal does not tell which builds have open runs: ${sentenceOf(cause)}`, {
      cause,
    });
  }
}

async function countRuns(
  { service, namespace }: DeploymentServer,
  { deployment, build }: { readonly deployment: string; readonly build: string },
): Promise<number> {
  const query = `ExecutionStatus = 'Running' and TemporalWorkflowVersioningBehavior = 'Pinned' and TemporalWorkerDeploymentVersion = '${deployment}:${build}'`;
  const { count } = await service.countWorkflowExecutions({ namespace, query });
  return Number(count ?? 0);
}
