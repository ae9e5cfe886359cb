import type { Logger } from '../../domain/log.ts';
import type { Retention } from '../../gate/client-store.ts';
import type { ClientParts } from '../client.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** When something counts as stuck, and how long what has expired is kept; all in milliseconds, measured by the database's clock. */
export interface SweepLimits {
  /** Between the end of a sweep and the next. */
  readonly everyMs: number;
  /** How long nothing was heard of a run before it is looked at. */
  readonly quietMs: number;
  /** How old a decision is before it is delivered again: whoever made it may still be at it. */
  readonly decisionMs: number;
  /** How old a run is that never reached Temporal before it is started again; ten times that where a schedule is at it. */
  readonly startMs: number;
  /** How long a run may wait for what is down, be paused, or do nothing at all, before an alarm is raised. */
  readonly unavailableMs: number;
  readonly pausedMs: number;
  readonly idleMs: number;
  /** How long a run that cannot be started stays so before it is ended with the reason. */
  readonly giveUpStartMs: number;
  readonly retention: Retention;
}

/** The limits where nothing else is configured. */
export const SWEEP_LIMITS: SweepLimits = {
  everyMs: 10_000,
  quietMs: 20_000,
  decisionMs: 15_000,
  startMs: MINUTE_MS,
  unavailableMs: DAY_MS,
  pausedMs: 7 * DAY_MS,
  idleMs: 10 * MINUTE_MS,
  giveUpStartMs: DAY_MS,
  retention: { deliveryMs: 90 * DAY_MS, tokenMs: 90 * DAY_MS, alarmMs: 90 * DAY_MS },
};

/** What the parts of a sweep share. */
export interface SweepParts extends ClientParts {
  readonly limits: SweepLimits;
  readonly logger: Logger;
}
