import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { expect, test } from '@jest/globals';
import { translateErrors } from '../../activities/translate-errors.ts';
import { JOB_ERRORS, JobError, type JobErrorCode } from '../../domain/errors.ts';
import { environment } from './recording-gate.ts';

function failing(error: unknown): Promise<unknown> {
  const activity = translateErrors(async () => {
    throw error;
  });
  return environment('step').run(activity, undefined);
}

test.each(Object.entries(JOB_ERRORS))(
  'an error of code %s becomes a failure of that type with its retry rule [domain.error-table]',
  async (code, { nonRetryable }) => {
    const failure = failing(new JobError(code as JobErrorCode, 'One sentence.'));
    await expect(failure).rejects.toBeInstanceOf(ApplicationFailure);
    await expect(failure).rejects.toMatchObject({ type: code, nonRetryable, message: 'One sentence.' });
  },
);

test.each([
  [new TypeError('x is not a function'), 'x is not a function'],
  ['a text', 'a text'],
  [undefined, 'undefined'],
])('what nobody foresaw is internal and tried again', async (error, message) => {
  await expect(failing(error)).rejects.toMatchObject({ type: 'internal', nonRetryable: false, message });
});

test('a failure that is one already passes as it is', async () => {
  const failure = ApplicationFailure.create({ type: 'unavailable', message: 'down' });
  await expect(failing(failure)).rejects.toBe(failure);
});

test('a cancellation passes as one, also when the signal brings it', async () => {
  const env = environment('step');
  const activity = translateErrors(async () => {
    const { cancellationSignal } = Context.current();
    await new Promise((_resolve, reject) => {
      cancellationSignal.addEventListener('abort', () => reject(cancellationSignal.reason as Error));
    });
  });
  const run = env.run(activity, undefined);
  env.cancel();
  await expect(run).rejects.toBeInstanceOf(CancelledFailure);
});

test('an error that only comes after a cancellation is still an error', async () => {
  const env = environment('step');
  const activity = translateErrors(async () => {
    env.cancel();
    throw new JobError('conflict', 'Held by another.');
  });
  await expect(env.run(activity, undefined)).rejects.toMatchObject({ type: 'conflict' });
});

test('a sentence of any length is cut before it goes into the history', async () => {
  const failure = failing(new Error('x'.repeat(50_000)));
  await expect(failure).rejects.toMatchObject({ message: 'x'.repeat(1_000) });
});
