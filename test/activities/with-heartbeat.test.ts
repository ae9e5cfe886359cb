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
  { what: 'a call of less than a second and a half sends none', call: () => lasting(1_499), sent: 0, end: 'fulfilled' },
  { what: 'a longer one sends the first then', call: () => lasting(1_501), sent: 1, end: 'fulfilled' },
  { what: 'a long one sends another each second', call: () => lasting(2_501), sent: 2, end: 'fulfilled' },
  { what: 'one that fails sends none after its end', call: () => lasting(1_501).then(fail), sent: 1, end: 'rejected' },
])('of heartbeats $what', async ({ call, sent, end }) => {
  const env = environment('step');
  let beats = 0;
  env.on('heartbeat', () => {
    beats += 1;
  });
  const [ended] = await Promise.all([
    Promise.allSettled([env.run(() => withHeartbeat(call))]),
    jest.advanceTimersByTimeAsync(10_000),
  ]);
  expect(ended).toMatchObject([{ status: end }]);
  expect(beats).toBe(sent);
});

function lasting(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function fail(): never {
  throw new Error('late');
}
