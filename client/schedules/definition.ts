import type { Json } from '../../domain/canonical.ts';
import { digestOfJson } from '../../domain/digest.ts';
import { JobError } from '../../domain/errors.ts';
import { type Digest, isJobName } from '../../domain/ids.ts';

/** What happens when a run is due while the one before is open. */
export const OVERLAPS = ['skip', 'buffer-one', 'buffer-all', 'cancel-other', 'allow-all'] as const;
/** One of {@link OVERLAPS}. */
export type Overlap = (typeof OVERLAPS)[number];

/** What a schedule is to be. */
export interface ScheduleDefinition {
  /** Its name, unique in the tenant: 1 to 63 of `a-z`, `0-9` and `-`, starting with a letter. */
  readonly schedule: string;
  readonly job: string;
  /** The input of each run; in its texts `{scheduledAt}` and `{scheduledDate}` are filled in. */
  readonly input: Json;
  /** Cron expressions, 1 to 10; exactly one of this and `everySeconds`. */
  readonly cron?: readonly string[];
  /** Every so many seconds: 1 to 31,536,000. */
  readonly everySeconds?: number;
  /** The IANA time zone of `cron`, and of `{scheduledDate}`; default UTC. */
  readonly timeZone?: string;
  /** Default `skip`. */
  readonly overlap?: Overlap;
  /** How late a run that was missed may still start, in seconds: 10 to 31,536,000, default 3,600. */
  readonly catchUpSeconds?: number;
}

/** A definition with its defaults. */
export type FullDefinition = ScheduleDefinition &
  Required<Pick<ScheduleDefinition, 'timeZone' | 'overlap' | 'catchUpSeconds'>>;

const LONGEST_SECONDS = 31_536_000;
const LEAST_CATCH_UP = 10;
const DEFAULT_CATCH_UP = 3_600;
const MAX_CRON = 10;

/**
 * A definition with its defaults filled in.
 * @throws JobError `invalid-input` for a name, a time or a policy that cannot be
 */
export function checkedDefinition(given: ScheduleDefinition): FullDefinition {
  const { schedule, job, input, cron, everySeconds, timeZone = 'UTC', overlap = 'skip' } = given;
  const { catchUpSeconds = DEFAULT_CATCH_UP } = given;
  if (!isJobName(schedule))
    throw invalid(`The schedule name "${schedule}" is not 1 to 63 of a-z, 0-9 and "-" starting with a letter.`);
  if ((cron === undefined) === (everySeconds === undefined))
    throw invalid('A schedule has either `cron` or `everySeconds`; give exactly one of them.');
  if (everySeconds !== undefined) checkWhole('everySeconds', everySeconds, 1);
  if (cron !== undefined) checkCron(cron);
  if (everySeconds !== undefined && timeZone !== 'UTC')
    throw invalid('`timeZone` is for `cron`; leave it out beside `everySeconds`.');
  checkZone(timeZone);
  if (!OVERLAPS.includes(overlap))
    throw invalid(`There is no overlap policy "${overlap}"; use ${OVERLAPS.join(', ')}.`);
  checkWhole('catchUpSeconds', catchUpSeconds, LEAST_CATCH_UP);
  const timing = cron === undefined ? { everySeconds: everySeconds ?? 0 } : { cron };
  return { schedule, job, input, ...timing, timeZone, overlap, catchUpSeconds };
}

/** What makes two definitions the same one. */
export function definitionDigest(definition: FullDefinition): Digest {
  return digestOfJson(definition);
}

function checkCron(cron: readonly string[]): void {
  if (cron.length < 1 || cron.length > MAX_CRON)
    throw invalid(`\`cron\` has ${cron.length} expressions; 1 to ${MAX_CRON} are possible.`);
  // The date that is filled in is of the schedule's zone, so that there may be one zone alone.
  const zoned = cron.find((expression) => /TZ=/.test(expression));
  if (zoned !== undefined) throw invalid(`The cron expression "${zoned}" names a zone; name it in \`timeZone\`.`);
}

function checkZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone });
  } catch (cause) {
    throw new JobError('invalid-input', `There is no time zone "${timeZone}"; name one such as Europe/Berlin.`, {
      cause,
    });
  }
}

function checkWhole(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least && value <= LONGEST_SECONDS) return;
  throw invalid(`\`${name}\` is ${value}; it must be a whole number from ${least} to ${LONGEST_SECONDS}.`);
}

function invalid(sentence: string): JobError {
  return new JobError('invalid-input', sentence);
}
