import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Stopwatch } from '../../workflows/committed.ts';

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});

afterEach(() => {
  jest.useRealTimers();
});

test('what holds several calls of a step up at once counts once, and counts while it lasts', async () => {
  const watch = new Stopwatch();
  const [one, two] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const first = watch.during(() => one.promise);
  jest.setSystemTime(1_000);
  const second = watch.during(() => two.promise);
  jest.setSystemTime(3_000);
  one.resolve();
  await first;
  expect(watch.heldMs).toBe(3_000);
  jest.setSystemTime(4_000);
  expect(watch.heldMs).toBe(4_000);
  two.resolve();
  await second;
  jest.setSystemTime(9_000);
  expect(watch.heldMs).toBe(4_000);
});

test('a hold that fails ends like any other, and later ones add up', async () => {
  const watch = new Stopwatch();
  await expect(watch.during(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  const later = Promise.withResolvers<string>();
  const held = watch.during(() => later.promise);
  jest.setSystemTime(500);
  later.resolve('done');
  expect(await held).toBe('done');
  expect(watch.heldMs).toBe(500);
});
