import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { withHeartbeat } from '../../activities/with-heartbeat.ts';
import { environment } from './recording-gate.ts';

const DONE = { status: 'fulfilled' };
const FAILED = { status: 'rejected', reason: { message: 'late' } };

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

test.each([
  ['a call of less than a second and a half sends none', () => lasting(1_499), 0, DONE],
  ['a longer one sends the first after a second and a half', () => lasting(1_501), 1, DONE],
  ['a long one sends another each second', () => lasting(2_501), 2, DONE],
  ['one that fails sends none after its end', () => lasting(1_501).then(fail), 1, FAILED],
])('of heartbeats %s', async (_what, call, expected, end) => {
  const env = environment('step');
  let beats = 0;
  env.on('heartbeat', () => {
    beats += 1;
  });
  const [ended] = await Promise.all([
    Promise.allSettled([env.run(() => withHeartbeat(call))]),
    jest.advanceTimersByTimeAsync(10_000),
  ]);
  expect(ended).toMatchObject([end]);
  expect(beats).toBe(expected);
});

function lasting(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function fail(): never {
  throw new Error('late');
}
