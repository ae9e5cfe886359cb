import { resolve } from 'node:path';
import type { LoadedJob } from '../jobs/load-jobs.ts';
import type { Stack } from '../stack/index.ts';
import { connectTemporal } from '../stack/temporal/connect.ts';
import { knowsDeployments } from '../workers/builds/announce-build.ts';
import { deploymentOf } from '../workers/builds/build-of.ts';
import { BuildShelf } from '../workers/builds/build-shelf.ts';
import { Builds } from './builds.ts';
import type { WorkerPlan } from './worker-specs.ts';

/** What {@link openBuilds} needs. */
export interface OpenBuildsOptions {
  readonly stack: Stack;
  /** The folder that keeps everything. */
  readonly home: string;
  /** With the bundle as it was built. */
  readonly plan: WorkerPlan;
  readonly loaded: readonly LoadedJob[];
  readonly tell: (line: string) => void;
}

/** A plan whose workers are a version, and what looks after the versions. */
export interface OpenedBuilds {
  readonly plan: WorkerPlan;
  /** Absent where the server knows no Worker Deployments. */
  readonly builds?: Builds;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Keeps the bundle of a plan and makes its workers a version of it. Where the server knows no Worker Deployments the plan stays
 * unversioned, which is told.
 * @throws JobError `stack-failed` when Temporal does not answer
 */
export async function openBuilds({ stack, home, plan, loaded, tell }: OpenBuildsOptions): Promise<OpenedBuilds> {
  const { temporal } = stack.addresses;
  const connection = await connectTemporal(temporal, CONNECT_TIMEOUT_MS);
  try {
    const server = { service: connection.workflowService, namespace: temporal.namespace };
    const deployment = deploymentOf(plan.taskQueue);
    if (!(await knowsDeployments(server, deployment))) {
      await connection.close();
      tell(
        `the Temporal server at ${temporal.address} has no Worker Deployments (1.28 or later has them, where the namespace may use them): runs are not pinned to the code that they began with; run \`holdfast check-deploy\` before you change it`,
      );
      return { plan, close: async () => {} };
    }
    const shelf = new BuildShelf(resolve(home));
    const jobs = loaded.map(({ job: { name, version } }) => ({ name, version }));
    const { bundle, build } = await shelf.keep(plan.bundle, jobs);
    const versioned = { ...plan, bundle, version: { deployment, build } };
    const builds = new Builds({ stack, server, shelf, tell }, versioned);
    const close = async (): Promise<void> => {
      await builds.close();
      await connection.close();
    };
    return { plan: versioned, builds, close };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
