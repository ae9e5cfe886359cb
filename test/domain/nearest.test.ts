import { expect, test } from '@jest/globals';
import { nearest } from '../../domain/nearest.ts';

test.each([
  ['tmporal', 'temporal'],
  ['Temporal', 'temporal'],
  ['end-points', 'endpoints'],
  ['poll', 'pools'],
  ['policies', undefined],
  ['', undefined],
])('the nearest to "%s" is %s', (word, expected) => {
  expect(nearest(word, ['temporal', 'endpoints', 'pools'])).toBe(expected);
});
