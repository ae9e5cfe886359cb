import { expect, test } from '@jest/globals';
import { DEFAULT_TENANT } from '../../../domain/ids.ts';
import { createRegistry } from '../../../jobs/registry.ts';
import { checkRuns } from '../../../client/schedules/check-runs.ts';
import { checkedDefinition, type ScheduleDefinition } from '../../../client/schedules/definition.ts';
import { probe } from '../../fixtures/probe/job.ts';

const registry = createRegistry([probe]);

test.each<[string, Partial<ScheduleDefinition>]>([
  ['every day', { everySeconds: 86_400 }],
  ['every 25 hours', { everySeconds: 90_000 }],
  ['at a time of weekdays', { cron: ['0 6 * * 1-5'], timeZone: 'Europe/Berlin' }],
  ['at a time of days in one year', { cron: ['30 23 * * * 2027'] }],
  ['at a second of days', { cron: ['5 30 23 * * * *'], timeZone: 'Pacific/Kiritimati' }],
  ['by a name', { cron: ['@monthly'] }],
  ['with a comment', { cron: ['0 6 * * * # before the shop opens'] }],
])('a schedule that starts at most once a day may be identified by its date: %s', (_what, timing) => {
  expect(() => checkRuns(registry, DEFAULT_TENANT, definitionOf('{scheduledDate}', timing))).not.toThrow();
});

test.each<[string, Partial<ScheduleDefinition>]>([
  ['every 14 hours', { everySeconds: 50_000 }],
  ['twice a day', { cron: ['0 6,18 * * *'] }],
  ['each hour', { cron: ['0 * * * *'] }],
  ['each minute of an hour', { cron: ['* 6 * * *'] }],
  ['each second of a minute', { cron: ['* 0 6 * * * *'], timeZone: 'Asia/Kathmandu' }],
  ['each hour by a name', { cron: ['@hourly'] }],
  ['by an interval in cron', { cron: ['@every 6h'] }],
  ['each hour, with a comment', { cron: ['30 15 * * * * * #hourly'] }],
  ['by two expressions', { cron: ['0 6 * * *', '0 18 * * *'] }],
])('a schedule that may start twice a day is not identified by its date: %s [schedules.bad-input]', (_what, timing) => {
  expect(() => checkRuns(registry, DEFAULT_TENANT, definitionOf('{scheduledDate}', timing))).toThrow(
    expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining('put {scheduledAt}') }),
  );
  expect(() => checkRuns(registry, DEFAULT_TENANT, definitionOf('{scheduledAt}', timing))).not.toThrow();
});

function definitionOf(run: string, timing: Partial<ScheduleDefinition>): ReturnType<typeof checkedDefinition> {
  return checkedDefinition({ schedule: 'nightly', job: 'probe', input: { run, scenario: 'native' }, ...timing });
}
