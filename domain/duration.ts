import { JobError } from './errors.ts';

type Unit = 'millisecond' | 'second' | 'minute' | 'hour' | 'day';

/** A length of time in words, such as `30 seconds` or `2 hours`: a positive whole number and a unit. */
export type Duration = `${number} ${Unit}` | `${number} ${Unit}s`;

const UNIT_MS: Readonly<Record<Unit, number>> = {
  millisecond: 1,
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

const DURATION = /^(\d{1,9}) (millisecond|second|minute|hour|day)s?$/;

/**
 * A duration in milliseconds.
 * @throws JobError `invalid-job` when it has another form or is zero
 */
export function durationMs(duration: string): number {
  const [, count = '', unit = ''] = DURATION.exec(duration) ?? [];
  const ms = Number(count) * (isUnit(unit) ? UNIT_MS[unit] : 0);
  if (ms === 0) throw new JobError('invalid-job', `"${duration}" is not a duration such as "30 seconds" or "2 hours".`);
  return ms;
}

function isUnit(text: string): text is Unit {
  return Object.hasOwn(UNIT_MS, text);
}
