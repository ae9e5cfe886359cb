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
const HOUR_MS = 3_600_000;

/** What is wrong with a run that Temporal has open; empty when nothing is. */
export function alarmsOf(run: QuietRun, described: Described, limits: SweepLimits): readonly RunAlarm[] {
  const found = [
    blocked(run, described),
    overdue(run),
    unavailable(run, limits),
    paused(run, limits),
    idle(run, described, limits),
  ];
  return found.filter((alarm) => alarm !== undefined);
}

function blocked({ runId }: QuietRun, described: Described): RunAlarm | undefined {
  const attempt = described.pendingWorkflowTask?.attempt ?? 1;
  if (attempt > TASK_ATTEMPTS)
    return {
      kind: 'blocked',
      sentence: `The code of ${runId} has failed ${attempt - 1} times in a row; \`holdfast show ${runId} --live\` tells the error: mend the job and deploy it, or cancel the run.`,
    };
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
  return ms < 2 * HOUR_MS ? `${Math.max(1, Math.round(ms / 60_000))} minutes` : `${Math.round(ms / HOUR_MS)} hours`;
}
