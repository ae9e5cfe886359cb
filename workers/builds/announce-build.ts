import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import type { Build } from './build-of.ts';

/** Where deployments are asked about and set. */
export interface DeploymentServer {
  readonly service: Pick<
    Connection['workflowService'],
    'describeWorkerDeployment' | 'setWorkerDeploymentCurrentVersion' | 'countWorkflowExecutions'
  >;
  readonly namespace: string;
}

/** gRPC status codes. */
const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;
const PATIENCE_MS = 30_000;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1_000;

/**
 * Whether a server knows Worker Deployments and lets the namespace have them; a server before 1.28 does not.
 * @throws JobError `stack-failed` when it does not answer
 */
export async function knowsDeployments({ service, namespace }: DeploymentServer, deployment: string): Promise<boolean> {
  try {
    await service.describeWorkerDeployment({ namespace, deploymentName: deployment });
    return true;
  } catch (cause) {
    const status = statusOf(cause);
    if (status === NOT_FOUND) return true;
    if (status === UNIMPLEMENTED || status === PERMISSION_DENIED || status === INVALID_ARGUMENT) return false;
    throw new JobError('stack-failed', `Temporal does not tell its deployments: ${sentenceOf(cause)}`, { cause });
  }
}

/**
 * Makes a build the current version of its deployment, so that new runs start on it. Its workers must poll; the server may
 * learn of them a moment later, so this asks again for up to 30 s. The same build again changes nothing.
 * @throws JobError `stack-failed` when the server does not take it
 */
export async function announceBuild(server: DeploymentServer, { deployment, build }: Build): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    const failure = await setCurrent(server, { deployment, build });
    if (failure === undefined) return;
    if (performance.now() + waitMs > deadline) {
      const sentence = `Temporal does not take build ${build} as the current version of "${deployment}", so no run would start: ${sentenceOf(failure)}`;
      throw new JobError('stack-failed', sentence, { cause: failure });
    }
    await delay(waitMs);
  }
}

/** What stands in the way, if anything does. */
async function setCurrent({ service, namespace }: DeploymentServer, { deployment, build }: Build): Promise<unknown> {
  try {
    await service.setWorkerDeploymentCurrentVersion({
      namespace,
      deploymentName: deployment,
      buildId: build,
      identity: 'holdfast',
      // Another layout polls other Task Queues, and what the version before polled is polled by its own workers.
      ignoreMissingTaskQueues: true,
    });
    return undefined;
  } catch (error) {
    return error;
  }
}

function statusOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
