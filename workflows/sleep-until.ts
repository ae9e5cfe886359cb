import { sleep } from '@temporalio/workflow';
import { currentRun } from './current-run.ts';
import { failRun } from './fail-run.ts';

/** What {@link sleepUntil} takes. */
export interface SleepUntilOptions {
  /** What the moment is called in the run's view. */
  readonly name: string;
  /** The moment: an ISO 8601 text with an offset such as `2026-12-01T08:00:00Z`, or milliseconds since the epoch. */
  readonly at: string | number;
  /** One sentence that people read: why the run sleeps. */
  readonly sentence: string;
}

// What a date can hold. Source: https://tc39.es/ecma262/#sec-time-values-and-time-range
const LAST_MS = 8.64e15;
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Sleeps durably until a moment by the server's clock; one that is past is no wait, nor is one up to which the first run of
 * a fork has slept. Holds no worker meanwhile. Ends the run
 * `invalid-job` for a moment that cannot be read or is none.
 */
export async function sleepUntil(options: SleepUntilOptions): Promise<void> {
  const run = currentRun();
  const { name, at, sentence } = options;
  const path = run.path(`sleep/${name}`);
  await run.enter(path);
  const deadline = momentOf(name, at);
  const since = Date.now();
  if (run.firstRun?.hasSlept(name, { deadline, now: since }) === true || deadline <= since) return;
  await run.wait({ kind: 'time', name, since, deadline, sentence }, () => sleep(deadline - since));
  await run.enter(path);
}

function momentOf(name: string, at: string | number): number {
  const moment = typeof at === 'number' ? at : momentOfText(at);
  if (Math.abs(moment) <= LAST_MS) return moment;
  const said = typeof at === 'number' ? String(at) : JSON.stringify(at);
  return failRun(
    'invalid-job',
    `The moment "${name}" is ${said}; write it as 2026-12-01T08:00:00Z, with an offset, or in milliseconds since the epoch.`,
  );
}

// A day that no month has would be read as one of the next month.
function momentOfText(at: string): number {
  if (!ISO.test(at)) return Number.NaN;
  const [day = ''] = at.split('T');
  const midnight = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day) ? Number.NaN : Date.parse(at);
}
