import type { Config } from '../config/index.ts';
import { deploymentOf } from '../workers/builds/build-of.ts';
import { BuildShelf } from '../workers/builds/build-shelf.ts';
import { seeBuilds } from '../workers/builds/open-builds.ts';
import { projectTemporal } from './project-temporal.ts';
import { missingBuild } from './missing-build.ts';
import { DEFAULT_TASK_QUEUE } from './worker-specs.ts';

/** A build that open runs of a project are pinned to. */
export interface BuildState {
  readonly build: string;
  readonly runs: number;
  /** Whether new runs start on it. */
  readonly current: boolean;
  /** Why its runs cannot go on, in one sentence with the fix; absent when its bundle is kept. */
  readonly missing?: string;
}

/**
 * The builds with open runs, and whether their bundles are kept; `undefined` when Temporal does not tell. Starts nothing, and takes a
 * few seconds at most.
 */
export async function buildsState(config: Config, home: string): Promise<readonly BuildState[] | undefined> {
  try {
    const client = await projectTemporal(config, home);
    try {
      const server = { service: client.workflowService, namespace: client.options.namespace };
      const { open, current } = await seeBuilds(server, deploymentOf(DEFAULT_TASK_QUEUE));
      const shelf = new BuildShelf(home);
      return await Promise.all(
        open.map(async ({ build, runs }): Promise<BuildState> => {
          const kept = (await shelf.find(build)) !== undefined;
          const seen = { build, runs, current: build === current };
          return kept ? seen : { ...seen, missing: missingBuild({ build, runs, folder: shelf.folder }) };
        }),
      );
    } finally {
      await client.connection.close();
    }
  } catch {
    // That the server is away is told by who looks at servers.
    return undefined;
  }
}
