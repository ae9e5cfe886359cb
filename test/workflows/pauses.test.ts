import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextPause } from '../../workflows/pauses.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const FIRST_MS = 2_000;

/** How many tries come before a time is over, in milliseconds, each answered at once. */
function triesIn(ms: number): number {
  let tries = 0;
  let pauseMs = FIRST_MS;
  for (let at = pauseMs; at < ms; at += pauseMs) {
    tries += 1;
    pauseMs = nextPause(pauseMs, at);
  }
  return tries;
}

test('pauses double from two seconds to ten minutes, so that a short outage is over soon [wait.pauses]', () => {
  const pauses = Array.from({ length: 10 }).reduce<number[]>(
    (all) => [...all, nextPause(all.at(-1) ?? 0, 0)],
    [FIRST_MS],
  );
  expect(pauses).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600].map((seconds) => seconds * 1_000));
});

test.each([
  [DAY_MS, 50],
  [7 * DAY_MS, 70],
  [30 * DAY_MS, 90],
])('an outage of %d ms is outlasted with at most %d tries, which a history has room for [wait.pauses]', (ms, most) => {
  expect(triesIn(ms)).toBeLessThanOrEqual(most);
});

test('what is up again is noticed after ten minutes or a tenth of the outage, whichever is longer [wait.pauses]', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: FIRST_MS, max: DAY_MS }),
      fc.integer({ min: 0, max: 60 * DAY_MS }),
      (last, waited) => {
        expect(nextPause(last, waited)).toBeLessThanOrEqual(Math.max(10 * MINUTE_MS, waited / 10));
      },
    ),
  );
});
