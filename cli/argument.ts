import { z } from 'zod';
import { JobError } from '../domain/errors.ts';

const RUN_ID = /^[a-z][a-z0-9-]{0,62}\.[A-Za-z0-9_-]{22}$/;
const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const MOMENT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;
const LENGTH = /^(\d{1,9})(ms|s|m|h|d)$/;

/**
 * The id of a run.
 * @throws JobError `invalid-input` for a text that cannot be one
 */
export function runIdOf(text: string): string {
  if (RUN_ID.test(text)) return text;
  throw new JobError(
    'invalid-input',
    `"${text}" is no id of a run, which is <job>.<22 characters>; \`holdfast runs\` lists them.`,
  );
}

/**
 * A length of time such as `90s`, `10m`, `2h` or `1d`, in milliseconds.
 * @throws JobError `invalid-input` for another form or zero
 */
export function lengthMs(text: string): number {
  const [, count = '', unit = ''] = LENGTH.exec(text) ?? [];
  const ms = Number(count) * (UNITS_MS[unit] ?? 0);
  if (ms > 0) return ms;
  throw new JobError('invalid-input', `"${text}" is no length of time; write it as 90s, 10m, 2h or 1d.`);
}

/**
 * A length of time in whole seconds; bounds are the API's.
 * @throws JobError `invalid-input` for another form, or less than a second
 */
export function lengthSeconds(text: string): number {
  const seconds = lengthMs(text) / 1_000;
  if (Number.isInteger(seconds)) return seconds;
  throw new JobError('invalid-input', `"${text}" is no whole number of seconds; write it as 90s, 10m, 2h or 1d.`);
}

/**
 * A moment as ISO 8601: one in that form, a date (its beginning in local time), or a length of time before now.
 * @throws JobError `invalid-input` for anything else
 */
export function momentOf(text: string): string {
  if (LENGTH.test(text)) return new Date(Date.now() - lengthMs(text)).toISOString();
  const at = new Date(text.length === 10 ? `${text}T00:00:00` : text);
  // Of itself it takes 31 February for 3 March.
  const onCalendar = MOMENT.test(text) && z.iso.date().safeParse(text.slice(0, 10)).success;
  if (onCalendar && !Number.isNaN(at.getTime())) return at.toISOString();
  throw new JobError(
    'invalid-input',
    `"${text}" is no moment; write it as 2026-01-31, 2026-01-31T09:00:00Z, or as a length of time before now such as 2h.`,
  );
}

/** Names that are separated by commas. */
export function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/**
 * A whole number within bounds.
 * @throws JobError `invalid-input` with the bounds
 */
export function wholeNumber(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new JobError('invalid-input', `${name} takes a whole number from ${least} to ${most}, not "${text}".`);
  };
}
