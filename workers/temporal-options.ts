import type { WorkerOptions } from '@temporalio/worker';
import type { Build } from './builds/build-of.ts';
import type { WorkerSettings } from './settings.ts';

const MAX_CACHED_WORKFLOWS = 1_000;

/**
 * What a worker of these settings tells Temporal's SDK, whatever code it runs: queue, slots, grace and caches. The benchmark
 * gives the same to its workers without a gate.
 */
export function temporalOptions(settings: WorkerSettings): Omit<WorkerOptions, 'activities' | 'connection'> {
  return {
    namespace: settings.namespace,
    taskQueue: settings.taskQueue,
    // Short: it stands in four events of every step's history.
    identity: settings.name,
    shutdownGraceTime: '5s',
    shutdownForceTime: '8s',
    ...(settings.role === 'calls' ? {} : workflowOptions(settings)),
    ...(settings.role === 'workflows' ? {} : { maxConcurrentActivityTaskExecutions: settings.activitySlots }),
  };
}

function workflowOptions(settings: Exclude<WorkerSettings, { role: 'calls' }>): Partial<WorkerOptions> {
  return {
    workflowBundle: { codePath: settings.bundle },
    ...(settings.version === undefined ? {} : { workerDeploymentOptions: versioned(settings.version) }),
    maxConcurrentWorkflowTaskExecutions: settings.workflowTaskSlots,
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
    // A run whose worker was killed waits this long for it before another one takes over.
    stickyQueueScheduleToStartTimeout: '1s',
  };
}

// A run stays on the build that it began with, so that a deploy never replays it on other code.
function versioned({ deployment, build }: Build): NonNullable<WorkerOptions['workerDeploymentOptions']> {
  return {
    version: { deploymentName: deployment, buildId: build },
    useWorkerVersioning: true,
    defaultVersioningBehavior: 'PINNED',
  };
}
