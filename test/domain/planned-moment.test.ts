import { expect, test } from '@jest/globals';
import { withMoment } from '../../domain/planned-moment.ts';

const MOMENT = new Date('2026-03-28T23:30:07.891Z');

test('the moment is filled into every text of a value, in whole seconds, and into nothing else [schedules.each-moment]', () => {
  const value = {
    '{scheduledAt}': ['{scheduledAt}', 'at {scheduledAt}, {scheduledAt}'],
    count: 3,
    none: null,
    yes: true,
  };
  expect(withMoment(value, MOMENT, 'UTC')).toEqual({
    '{scheduledAt}': ['2026-03-28T23:30:07Z', 'at 2026-03-28T23:30:07Z, 2026-03-28T23:30:07Z'],
    count: 3,
    none: null,
    yes: true,
  });
});

test.each([
  ['UTC', '2026-03-28'],
  ['Europe/Berlin', '2026-03-29'],
  ['America/New_York', '2026-03-28'],
  ['Pacific/Kiritimati', '2026-03-29'],
])('the date is that of the zone: %s', (zone, date) => {
  expect(withMoment('{scheduledDate}', MOMENT, zone)).toBe(date);
});
