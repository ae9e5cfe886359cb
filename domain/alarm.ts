import type { RunId } from './ids.ts';

/** What looking at one run raises and clears. */
export const RUN_ALARMS = ['blocked', 'idle', 'overdue', 'unavailable', 'paused', 'missing', 'not-started'] as const;

/** One of them. */
export type RunAlarmKind = (typeof RUN_ALARMS)[number];

/** Everything that can be stuck. */
export const ALARM_KINDS = [...RUN_ALARMS, 'undelivered', 'effect-unknown', 'no-worker'] as const;

/**
 * What is stuck: a run whose code or Activity keeps failing, or that no worker takes up; one that does nothing and waits for nothing;
 * one that waits beyond its deadline; one that waits too long for what is down, or was paused too long; one that Temporal does not
 * have; one that cannot be started; a decision that does not arrive; an effect of an ended run that nobody knows about; a Task Queue
 * without workers.
 */
export type AlarmKind = (typeof ALARM_KINDS)[number];

/** The tenant of an alarm that concerns all of them. */
export const ALL_TENANTS = '*';

/** Something that stays stuck until a person looks. */
export interface Alarm {
  readonly tenant: string;
  readonly kind: AlarmKind;
  /** What is stuck: a run, `<run>/<step>`, `<run>/<decision>` or a Task Queue. */
  readonly subject: string;
  readonly runId?: RunId;
  /** What is wrong, and what mends it. */
  readonly sentence: string;
  readonly raisedAt: Date;
  /** When a sweep saw it last. */
  readonly seenAt: Date;
}
