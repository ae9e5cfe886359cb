import proto from '@temporalio/proto';
import type { RunAlarmKind } from '../../domain/alarm.ts';
import type { QuietRun } from '../../gate/client-store.ts';
import type { Described } from './describe-workflow.ts';
import type { SweepLimits } from './sweep-options.ts';

/** What is wrong with one run, with its sentence. */
export interface RunAlarm {
  readonly kind: RunAlarmKind;
  readonly sentence: string;
}

// A deploy or a restart of a system makes some attempts fail, and is over by itself.
const TASK_ATTEMPTS = 5;
const ACTIVITY_ATTEMPTS = 10;
// Server, database and workers need not agree to the second.
const OVERDUE_MS = 60_000;
// A worker that polls takes a task up in milliseconds.
const UNTAKEN_MS = 60_000;
const HOUR_MS = 3_600_000;
const { PendingWorkflowTaskState: TASK, VersioningBehavior: BEHAVIOR } = proto.temporal.api.enums.v1;

/** What is wrong with a run that Temporal has open; empty when nothing is. */
export function alarmsOf(run: QuietRun, described: Described, limits: SweepLimits): readonly RunAlarm[] {
  const found = [
    blockedAlarm(run, described),
    overdue(run),
    unavailable(run, limits),
    paused(run, limits),
    idle(run, described, limits),
  ];
  return found.filter((alarm) => alarm !== undefined);
}

/** What keeps a run, or a part of it, from going on as long as nobody acts. */
export function blockedAlarm(run: QuietRun, described: Described): RunAlarm | undefined {
  const { runId } = run;
  const attempt = described.pendingWorkflowTask?.attempt ?? 1;
  if (attempt > TASK_ATTEMPTS)
    return {
      kind: 'blocked',
      sentence: `The code of ${runId} has failed ${attempt - 1} times in a row; \`holdfast show ${runId} --live\` tells the error: mend the job and deploy it, or cancel the run.`,
    };
  return untaken(run, described) ?? failingStep(run, described);
}

// Those who poll for other builds hide it from who counts the workers of a Task Queue, and its task keeps it from being idle.
function untaken({ runId, quietMs, nowMs }: QuietRun, described: Described): RunAlarm | undefined {
  const { state, scheduledTime } = described.pendingWorkflowTask ?? {};
  if (state !== TASK.PENDING_WORKFLOW_TASK_STATE_SCHEDULED || !scheduledTime) return undefined;
  // The time of the task is the server's, and its clock may differ; how long the run is quiet is the database's alone.
  const forMs = Math.min(quietMs, nowMs - Number(scheduledTime.seconds) * 1_000 - (scheduledTime.nanos ?? 0) / 1e6);
  if (forMs < UNTAKEN_MS) return undefined;
  const build = pinnedBuild(described);
  const sentence =
    build === undefined
      ? `No worker has taken up ${runId} for ${hours(forMs)}: see that its workers run (\`holdfast up\` starts those of the current build), or cancel the run.`
      : `No worker of build ${build} has taken up ${runId} for ${hours(forMs)}, and it goes on with no other: start the code of that build (\`holdfast doctor\` tells whether it is kept), or cancel the run.`;
  return { kind: 'blocked', sentence };
}

function pinnedBuild({ workflowExecutionInfo: info }: Described): string | undefined {
  const { behavior, deploymentVersion, versioningOverride } = info?.versioningInfo ?? {};
  const pinned = behavior === BEHAVIOR.VERSIONING_BEHAVIOR_PINNED ? deploymentVersion : undefined;
  return (versioningOverride?.pinned?.version ?? pinned)?.buildId ?? undefined;
}

function failingStep({ runId }: QuietRun, described: Described): RunAlarm | undefined {
  const failing = (described.pendingActivities ?? []).find(
    (activity) => (activity.attempt ?? 0) >= ACTIVITY_ATTEMPTS && activity.lastFailure?.message,
  );
  if (failing === undefined) return undefined;
  const { activityId, attempt: attempts, lastFailure } = failing;
  return {
    kind: 'blocked',
    sentence: `The step ${activityId ?? ''} of ${runId} was tried ${(attempts ?? 1) - 1} times: ${(lastFailure?.message ?? '').replace(/\.$/, '')}; mend that, or cancel the run.`,
  };
}

function overdue({ runId, waitingFor, nowMs }: QuietRun): RunAlarm | undefined {
  if (waitingFor?.deadline === undefined || nowMs < waitingFor.deadline + OVERDUE_MS) return undefined;
  return {
    kind: 'overdue',
    sentence: `${runId} still waits for "${waitingFor.name}" although its time is over since ${new Date(waitingFor.deadline).toISOString()}; see that workers run.`,
  };
}

function unavailable({ runId, waitingFor, nowMs }: QuietRun, { unavailableMs }: SweepLimits): RunAlarm | undefined {
  if (waitingFor?.kind !== 'unavailable' || nowMs - waitingFor.since < unavailableMs) return undefined;
  return {
    kind: 'unavailable',
    sentence: `${runId} waits for ${hours(nowMs - waitingFor.since)} for what is down (${waitingFor.sentence.replace(/\.$/, '')}); bring it up and resume the run, or cancel it.`,
  };
}

function paused({ runId, status, notedMs }: QuietRun, { pausedMs }: SweepLimits): RunAlarm | undefined {
  if (status !== 'paused' || notedMs === undefined || notedMs < pausedMs) return undefined;
  return { kind: 'paused', sentence: `${runId} has been paused for ${hours(notedMs)}; resume it, or cancel it.` };
}

// What waits for a moment or a person says so; what does nothing and says nothing has no owner and no deadline.
function idle(run: QuietRun, described: Described, { idleMs }: SweepLimits): RunAlarm | undefined {
  const { runId, status, quietMs, job } = run;
  const { pendingActivities, pendingChildren, pendingWorkflowTask } = described;
  const busy =
    (pendingActivities ?? []).length > 0 ||
    (pendingChildren ?? []).length > 0 ||
    (pendingWorkflowTask ?? undefined) !== undefined;
  // A plain Workflow may sleep by a timer of its own, which nobody is told of.
  if (status !== 'running' || busy || quietMs < idleMs || job.startsWith('plain-')) return undefined;
  return {
    kind: 'idle',
    sentence: `${runId} does nothing since ${hours(quietMs)} and waits for nothing that people are shown; look at what its job awaits, or cancel it.`,
  };
}

function hours(ms: number): string {
  if (ms >= 2 * HOUR_MS) return `${Math.round(ms / HOUR_MS)} hours`;
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
