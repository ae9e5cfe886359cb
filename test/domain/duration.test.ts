import { expect, test } from '@jest/globals';
import { durationMs } from '../../domain/duration.ts';

test.each([
  ['1 millisecond', 1],
  ['250 milliseconds', 250],
  ['30 seconds', 30_000],
  ['1 minute', 60_000],
  ['2 hours', 7_200_000],
  ['3 days', 259_200_000],
])('durationMs("%s") is %s', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test.each([
  '',
  '0 seconds',
  '-1 seconds',
  '1.5 hours',
  '2 weeks',
  '2hours',
  'two hours',
  '2 dyas',
  ' 2 hours',
  '1000000000 days',
])('durationMs refuses "%s"', (text) => {
  expect(() => durationMs(text)).toThrow(expect.objectContaining({ code: 'invalid-job' }));
});
