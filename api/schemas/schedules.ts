import { z } from 'zod';
import { countField, JsonField, Moment, NameField, RunIdField } from './fields.ts';

const OVERLAPS = ['skip', 'buffer-one', 'buffer-all', 'cancel-other', 'allow-all'] as const;

/** The parameters of routes of one schedule. */
export const SchedulePath = z.strictObject({ schedule: NameField });

const Timing = {
  cron: z
    .array(z.string().min(1).max(100))
    .min(1)
    .max(10)
    .optional()
    .describe('Cron expressions such as `0 6 * * 1-5`; exactly one of `cron` and `everySeconds`.'),
  everySeconds: z.int().min(10).max(31_536_000).optional().describe('Every so many seconds: 10 to 31,536,000.'),
  timeZone: z.string().min(1).max(64).optional().describe('An IANA time zone for `cron`; default UTC.'),
};

/** What a schedule is to be. */
export const ScheduleBody = z
  .strictObject({
    schedule: NameField.describe('Its name, unique in the tenant.'),
    job: NameField,
    input: JsonField.describe(
      'The input of each run. In its texts `{scheduledAt}` becomes the planned moment (ISO 8601) and `{scheduledDate}` its date; the identity must contain one of them.',
    ),
    ...Timing,
    overlap: z
      .enum(OVERLAPS, { error: `one of ${OVERLAPS.join(', ')}` })
      .optional()
      .describe('What happens when a run is due while the one before is open; default `skip`.'),
    catchUpSeconds: z
      .int()
      .min(10)
      .max(31_536_000)
      .optional()
      .describe('How late a run that was missed may still start, in seconds: 10 to 31,536,000, default 3,600.'),
    paused: z.boolean().optional().describe('Default false.'),
  })
  .describe('What the schedule is to be.');

/** A schedule. */
export const ScheduleSchema = z
  .strictObject({
    schedule: NameField,
    job: NameField,
    input: JsonField,
    ...Timing,
    overlap: z.enum(OVERLAPS),
    catchUpSeconds: z.number(),
    paused: z.boolean(),
    note: z.string().describe('Why it is paused or was changed, and by whom.'),
    createdBy: z.string(),
    next: z.array(Moment).describe('The next moments, at most ten.'),
    recent: z
      .array(
        z.strictObject({
          scheduledAt: Moment,
          startedAt: Moment,
          runId: RunIdField.optional().describe('Absent while its run has not been entered, or could not be.'),
          failure: z.string().optional().describe('Why it could start no run.'),
        }),
      )
      .describe('The latest runs, at most ten.'),
    missed: z.int().describe('How many were missed by more than `catchUpSeconds`.'),
    skipped: z.int().describe('How many were skipped because of an open run.'),
  })
  .describe('A schedule.');

/** Schedules of the tenant. */
export const ScheduleList = z
  .strictObject({
    schedules: z.array(ScheduleSchema.pick({ schedule: true, job: true, paused: true, note: true, next: true })),
  })
  .describe('The schedules of the tenant.');

/** How many schedules are listed. */
export const ScheduleQuery = z.strictObject({
  limit: countField(1, 500).optional().describe('How many: 1 to 500, default 100.'),
});

/** Why a schedule is paused, resumed or triggered. */
export const ScheduleNote = z
  .strictObject({ reason: z.string().min(1).max(500).optional().describe('Shown with the schedule.') })
  .describe('Why.');

/** The parameters of a trigger's route. */
export const TriggerPath = z.strictObject({
  tenant: NameField,
  trigger: NameField.describe('Its name under `triggers` of temporal.yaml.'),
});

/** What a trigger started. */
export const TriggeredSchema = z
  .strictObject({
    runId: RunIdField,
    existing: z.boolean().describe('Whether this message or this identity had a run already.'),
  })
  .describe('The run of this message.');
