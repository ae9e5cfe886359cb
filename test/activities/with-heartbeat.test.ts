import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { withHeartbeat } from '../../activities/with-heartbeat.ts';
import { environment } from './recording-gate.ts';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

test.each([
  ['a call of less than a second and a half sends none', () => lasting(1_499), 0],
  ['a longer one the first after a second and a half', () => lasting(1_501), 1],
  ['each second another one', () => lasting(2_501), 2],
  ['one that fails none after its end', () => lasting(1_501).then(fail), 1],
])('of heartbeats %s', async (_what, call, expected) => {
  const env = environment('step');
  let beats = 0;
  env.on('heartbeat', () => {
    beats += 1;
  });
  const ended = env.run(() => withHeartbeat(call)).catch((error: unknown) => expect(error).toMatchObject(LATE));
  await jest.advanceTimersByTimeAsync(10_000);
  await ended;
  expect(beats).toBe(expected);
});

const LATE = { message: 'late' };

function lasting(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function fail(): never {
  throw new Error(LATE.message);
}
