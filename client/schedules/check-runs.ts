import { runIdOf } from '../../domain/digest.ts';
import { JobError } from '../../domain/errors.ts';
import type { RunId, Tenant } from '../../domain/ids.ts';
import { withMoment } from '../../domain/planned-moment.ts';
import type { Registry } from '../../jobs/registry.ts';
import { parseAs } from '../../jobs/parse-as.ts';
import type { FullDefinition } from './definition.ts';

const DAY_SECONDS = 86_400;
const MINUTE_SECONDS = 60;
const MIDNIGHT = Date.UTC(2026, 0, 15);
// In no zone does a date end within the minute after it.
const NOON = Date.UTC(2026, 0, 15, 12);
const ONCE_A_DAY = ['@daily', '@midnight', '@weekly', '@monthly', '@yearly', '@annually'];

/** The run that a schedule starts at a moment. */
export function runOf(registry: Registry, tenant: Tenant, planned: { definition: FullDefinition; at: Date }): RunId {
  const { definition, at } = planned;
  const job = registry.job(definition.job);
  const filled = withMoment(definition.input, at, definition.timeZone);
  const input = parseAs(
    { code: 'invalid-input', schema: job.input, subject: `The input of "${job.name}" with its moment filled in` },
    filled,
  );
  return runIdOf({ tenant, job: job.name, identity: job.identity(input) });
}

/**
 * Refuses a schedule of which two moments would be one run, so that only the first would do anything.
 * @throws JobError `invalid-input` for that, and for an input that does not fit the job; `unknown-job`
 */
export function checkRuns(registry: Registry, tenant: Tenant, definition: FullDefinition): void {
  const first = definition.everySeconds === undefined ? NOON : MIDNIGHT;
  const [one, other] = [0, leastGapSeconds(definition)].map((seconds) =>
    runOf(registry, tenant, { definition, at: new Date(first + seconds * 1_000) }),
  );
  if (one !== other) return;
  throw new JobError(
    'invalid-input',
    `Every run of the schedule "${definition.schedule}" would have the identity of the one before, so only the first would start; put {scheduledAt} (or, at most once a day, {scheduledDate}) into the fields that "${definition.job}" is identified by.`,
  );
}

// How close two moments may be: a cron expression that is not plainly once a day, and several of them, count as each minute.
function leastGapSeconds({ everySeconds, cron = [] }: FullDefinition): number {
  if (everySeconds !== undefined) return everySeconds;
  return cron.length === 1 && cron.every(isOnceADay) ? DAY_SECONDS : MINUTE_SECONDS;
}

function isOnceADay(expression: string): boolean {
  // What follows a # is a comment and no field.
  const [times = ''] = expression.split('#');
  const fields = times.trim().split(/\s+/);
  if (fields.length === 1) return ONCE_A_DAY.includes(times.trim());
  // Of seven the first is the second; a sixth of six is the year.
  return fields.slice(0, fields.length === 7 ? 3 : 2).every((field) => /^\d+$/.test(field));
}
