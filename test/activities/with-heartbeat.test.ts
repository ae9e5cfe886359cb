import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { withHeartbeat } from '../../activities/with-heartbeat.ts';
import { environment } from './recording-gate.ts';

async function beatsOf(call: () => Promise<unknown>, waitMs = 0): Promise<number> {
  const env = environment('step');
  let beats = 0;
  env.on('heartbeat', () => {
    beats += 1;
  });
  await env.run(() => withHeartbeat(call)).catch(() => undefined);
  await delay(waitMs);
  return beats;
}

test('a short call sends no heartbeat, a long one the first after a second and a half, and none follows its end', async () => {
  const failing = async (): Promise<void> => {
    await delay(1_700);
    throw new Error('late');
  };
  const beats = await Promise.all([
    beatsOf(() => delay(1_300), 400),
    beatsOf(() => delay(1_700), 1_200),
    beatsOf(() => delay(2_700)),
    beatsOf(failing, 1_200),
  ]);
  expect(beats).toEqual([0, 1, 2, 1]);
});
