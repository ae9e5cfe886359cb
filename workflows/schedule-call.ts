import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/types.ts';
import type { StepPath } from '../domain/ids.ts';

/** How one call is scheduled. */
export interface CallSchedule {
  /** Becomes the Activity's id. */
  readonly stepPath: StepPath;
  /** What people read in Temporal's own UI; cut to 40 bytes. */
  readonly summary: string;
  /** Longest single attempt at the call itself, in milliseconds. */
  readonly timeoutMs: number;
  /** How long all attempts may take together, in milliseconds; default: no bound. */
  readonly withinMs?: number;
  /** The call workers' Task Queue; default the workflow's own. */
  readonly calls?: string;
  /** Is told each Activity as it is scheduled. */
  readonly begun: (call: Promise<unknown>) => void;
}

// Claim, waiting for another owner, settle and the five seconds a cancelled write gets.
const GATE_MARGIN_MS = 15_000;
const SUMMARY_BYTES = 40;

/** The Activities, bound for one call. */
export function scheduleCall(call: CallSchedule): Activities {
  const activities = proxyActivities<Activities>(callOptions(call));
  return new Proxy(activities, {
    get: (bound, name: keyof Activities) => (input: never) => {
      const called = bound[name](input);
      call.begun(called);
      return called;
    },
  });
}

/**
 * How Temporal is told of one call. Heartbeats begin 1.5 s into it, so a dead worker is noticed within 4 s. A cancelled call is
 * awaited to its end: else the run would close before the abort arrives and is settled.
 */
export function callOptions(call: Omit<CallSchedule, 'begun'>): ActivityOptions {
  return {
    activityId: call.stepPath,
    summary: summaryOf(call.summary),
    startToCloseTimeout: call.timeoutMs + GATE_MARGIN_MS,
    ...(call.withinMs === undefined ? {} : { scheduleToCloseTimeout: Math.max(1, call.withinMs) }),
    heartbeatTimeout: '4s',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' },
    ...(call.calls === undefined ? {} : { taskQueue: call.calls }),
  };
}

// All of a summary is ASCII (names and numbers), so characters are bytes.
function summaryOf(text: string): string {
  return text.length <= SUMMARY_BYTES ? text : `${text.slice(0, SUMMARY_BYTES - 3)}...`;
}
