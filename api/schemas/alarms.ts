import { z } from 'zod';
import { ALARM_KINDS } from '../../domain/alarm.ts';
import { countField, Moment, RunIdField } from './fields.ts';

const KindField = z.enum(ALARM_KINDS).describe('What is stuck.');

/** An alarm of a run, as the run shows it. */
export const RunAlarmSchema = z
  .strictObject({
    kind: KindField,
    sentence: z.string().describe('What is wrong, and what mends it.'),
    raisedAt: Moment,
  })
  .describe('Something about this run that stays stuck until a person looks.');

/** Which alarms to list. */
export const AlarmQuery = z.strictObject({
  limit: countField(1, 500).optional().describe('How many: 1 to 500, default 100.'),
});

/** The open alarms. */
export const AlarmList = z
  .strictObject({
    alarms: z.array(
      z.strictObject({
        kind: KindField,
        subject: z.string().describe('A run, `<run>/<step>`, `<run>/<decision>` or a Task Queue.'),
        runId: RunIdField.optional().describe('Absent of what concerns every tenant.'),
        sentence: z.string().describe('What is wrong, and what mends it.'),
        raisedAt: Moment,
        seenAt: Moment.describe('When a sweep saw it last.'),
      }),
    ),
    sweptAt: Moment.optional().describe('When a sweep ended last; absent before the first.'),
  })
  .describe('What is stuck until a person looks, the newest first.');
