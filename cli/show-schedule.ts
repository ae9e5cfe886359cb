import type { Answer } from '../api/types.ts';
import { shownLength, shownTime } from './shown-time.ts';
import { pairsOf, tableOf } from './table.ts';

/** Schedules below each other. */
export function scheduleTable(schedules: Answer<'GET /v1/schedules'>['schedules']): string {
  return tableOf({
    head: ['SCHEDULE', 'JOB', 'STATE', 'NEXT', 'NOTE'],
    rows: schedules.map(({ schedule, job, paused, next, note }) => [
      schedule,
      job,
      paused ? 'paused' : 'active',
      paused ? '-' : shownTime(next[0]),
      note,
    ]),
  });
}

/** Everything about one schedule. */
export function scheduleCard(shown: Answer<'GET /v1/schedules/{schedule}'>): string {
  const { cron, everySeconds, timeZone = 'UTC', paused, note, next, recent } = shown;
  const when =
    cron === undefined ? `every ${shownLength((everySeconds ?? 0) * 1_000)}` : `${cron.join(' and ')} (${timeZone})`;
  const card = pairsOf([
    ['schedule', shown.schedule],
    ['job', shown.job],
    ['input', JSON.stringify(shown.input)],
    ['when', when],
    ['state', paused ? 'paused' : 'active'],
    ['note', note],
    ['overlap', shown.overlap],
    ['catches up', `for ${shownLength(shown.catchUpSeconds * 1_000)}`],
    ['made by', shown.createdBy],
    ['missed', String(shown.missed)],
    ['skipped', String(shown.skipped)],
    [
      'next',
      next
        .slice(0, 3)
        .map((moment) => shownTime(moment))
        .join(', '),
    ],
  ]);
  if (recent.length === 0) return card;
  const rows = recent.map(({ scheduledAt, startedAt, runId, failure }) => [
    shownTime(scheduledAt),
    shownTime(startedAt),
    runId ?? failure ?? '-',
  ]);
  return `${card}\n\n${tableOf({ head: ['PLANNED', 'STARTED', 'RUN'], rows })}`;
}
