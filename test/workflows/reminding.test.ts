import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { reminding } from '../../workflows/reminding.ts';

const HOUR_MS = 3_600_000;

/** Waits on a clock of its own and tells when people were reminded, in milliseconds from the beginning. */
async function wait(options: {
  everyMs?: number;
  withinMs: number;
  soAtMs?: number;
  mayRemind?: () => boolean;
}): Promise<{ inTime: boolean; at: number[] }> {
  const realNow = Date.now;
  let now = 1_000_000;
  const since = now;
  Date.now = () => now;
  const at: number[] = [];
  try {
    const inTime = await reminding(
      {
        everyMs: options.everyMs,
        deadline: since + options.withinMs,
        ...(options.mayRemind === undefined ? {} : { mayRemind: options.mayRemind }),
        remind: async () => void at.push(now - since),
      },
      async (ms) => {
        const soAt = since + (options.soAtMs ?? Infinity);
        const so = soAt <= now + ms;
        now = so ? Math.max(now, soAt) : now + ms;
        return so;
      },
    );
    return { inTime, at };
  } finally {
    Date.now = realNow;
  }
}

test('people are reminded at the interval until it is so [steps.reminders]', async () => {
  const waited = await wait({ everyMs: HOUR_MS, withinMs: 100 * HOUR_MS, soAtMs: 3.5 * HOUR_MS });
  expect(waited).toEqual({ inTime: true, at: [HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS] });
});

test('without an interval nobody is reminded, and the deadline ends the wait', async () => {
  expect(await wait({ withinMs: HOUR_MS })).toEqual({ inTime: false, at: [] });
});

test('however short the interval and long the wait, people are reminded 40 times at most [steps.reminders]', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: HOUR_MS }),
      fc.integer({ min: 1, max: 1e12 }),
      async (everyMs, withinMs) => {
        const { inTime, at } = await wait({ everyMs, withinMs });
        expect(inTime).toBe(false);
        expect(at.length).toBeLessThanOrEqual(40);
        expect(at.every((ms) => ms < withinMs)).toBe(true);
      },
    ),
  );
});

test('nobody is reminded any more once the history has no room for it, and the wait goes on [steps.reminders]', async () => {
  let room = 3;
  const mayRemind = (): boolean => (room -= 1) >= 0;
  const waited = await wait({ everyMs: HOUR_MS, withinMs: 100 * HOUR_MS, soAtMs: 50 * HOUR_MS, mayRemind });
  expect(waited).toEqual({ inTime: true, at: [HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS] });
});
