import { expect, test } from '@jest/globals';
import { holdBriefly } from '../../activities/hold-briefly.ts';
import { JobError } from '../../domain/errors.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { environment } from './recording-gate.ts';

function down(waitMs: number): Outcome<never> {
  return { kind: 'unavailable', why: 'unreachable', waitMs, sentence: 'The books are down.' };
}

function held(attempt: number, perform: () => Promise<Outcome<unknown>>): Promise<Outcome<unknown>> {
  return environment('step', attempt).run(() => holdBriefly(perform));
}

test.each([1, 2])('what is briefly down is tried again by Temporal after attempt %i', async (attempt) => {
  await expect(held(attempt, async () => down(1_000))).rejects.toMatchObject({
    type: 'unavailable',
    nonRetryable: false,
    message: 'The books are down.',
  });
});

test('what is still down at the third attempt goes to the workflow, which waits without a slot', async () => {
  expect(await held(3, async () => down(1_000))).toMatchObject({
    kind: 'unavailable',
    sentence: 'The books are down.',
  });
});

test('what says that it is down for long goes to the workflow at once', async () => {
  expect(await held(1, async () => down(30_000))).toMatchObject({ kind: 'unavailable' });
});

test('any other outcome goes to the workflow at once', async () => {
  const rejected = { kind: 'rejected', status: 422, sentence: 'No.' } as const;
  expect(await held(1, async () => rejected)).toBe(rejected);
});

test('an answer that cannot be read is tried again like an outage, under its own name [model.unreachable]', async () => {
  const unreadable = async (): Promise<never> => {
    throw new JobError('invalid-response', 'The endpoint answered HTML.');
  };
  await expect(held(1, unreadable)).rejects.toMatchObject({ type: 'invalid-response', nonRetryable: false });
  expect(await held(3, unreadable)).toMatchObject({
    kind: 'unavailable',
    why: 'invalid-response',
    sentence: 'The endpoint answered HTML.',
  });
});

test('any other error passes', async () => {
  const failing = async (): Promise<never> => {
    throw new JobError('not-cleared', 'Not for this data.');
  };
  await expect(held(3, failing)).rejects.toMatchObject({ code: 'not-cleared' });
});
