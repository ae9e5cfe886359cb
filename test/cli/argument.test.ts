import { expect, test } from '@jest/globals';
import { lengthMs, lengthSeconds, listOf, momentOf, runIdOf, wholeNumber } from '../../cli/argument.ts';

const REFUSED = expect.objectContaining({ code: 'invalid-input' });

test('lengths of time are whole numbers with a unit [cli.verbs]', () => {
  expect(['500ms', '90s', '10m', '2h', '1d'].map(lengthMs)).toEqual([500, 90_000, 600_000, 7_200_000, 86_400_000]);
  expect(lengthSeconds('10m')).toBe(600);
  for (const text of ['', '0s', '10', '1.5h', '-1s', '10 m', '1w', '1234567890s'])
    expect(() => lengthMs(text)).toThrow(REFUSED);
  expect(() => lengthSeconds('1500ms')).toThrow(REFUSED);
});

test('moments are dates, moments with or without a zone, and lengths before now [cli.verbs]', () => {
  expect(momentOf('2026-01-31T09:00:00Z')).toBe('2026-01-31T09:00:00.000Z');
  expect(momentOf('2026-01-31T09:00+02:00')).toBe('2026-01-31T07:00:00.000Z');
  expect(momentOf('2026-01-31')).toBe(new Date('2026-01-31T00:00:00').toISOString());
  expect(Date.now() - Date.parse(momentOf('2h'))).toBeGreaterThanOrEqual(7_200_000);
  for (const text of ['', 'now', '2026-13-01', '2026-02-31', '31.1.2026', '2026-01-31 09:00', 'Jan 1', '2026'])
    expect(() => momentOf(text)).toThrow(REFUSED);
});

test('ids of runs, lists and whole numbers keep to their form [cli.verbs]', () => {
  expect(runIdOf(`a-b.${'_'.repeat(22)}`)).toBe(`a-b.${'_'.repeat(22)}`);
  for (const text of ['', 'a', `a.${'x'.repeat(21)}`, `A.${'x'.repeat(22)}`, `a.${'x'.repeat(22)}/..`])
    expect(() => runIdOf(text)).toThrow(REFUSED);
  expect(listOf(' viewer, ,operator')).toEqual(['viewer', 'operator']);
  expect(['1', '365'].map(wholeNumber('--days', 1, 365))).toEqual([1, 365]);
  for (const text of ['0', '366', '1e2', ' 5', '-1', ''])
    expect(() => wholeNumber('--days', 1, 365)(text)).toThrow(REFUSED);
});
