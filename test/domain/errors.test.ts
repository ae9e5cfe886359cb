import { expect, test } from '@jest/globals';
import { isJobErrorCode, JOB_ERRORS, JobError, sentenceOf } from '../../domain/errors.ts';

// Public: programs and scripts depend on every figure here.
const TABLE: Readonly<Record<string, readonly [retried: boolean, httpStatus: number, exitCode: number]>> = {
  'invalid-input': [false, 400, 2],
  'invalid-config': [false, 500, 3],
  'invalid-job': [false, 500, 3],
  'unknown-job': [false, 404, 2],
  'unknown-run': [false, 404, 2],
  'run-ended': [false, 409, 2],
  'no-result': [false, 409, 2],
  'unknown-token': [false, 404, 2],
  'unknown-schedule': [false, 404, 2],
  'unknown-trigger': [false, 404, 2],
  'definition-changed': [true, 409, 3],
  'would-break': [false, 409, 28],
  'not-found': [false, 404, 2],
  'method-not-allowed': [false, 405, 2],
  'too-large': [false, 413, 2],
  'unsupported-media-type': [false, 415, 2],
  'rate-limited': [true, 429, 5],
  unauthenticated: [false, 401, 23],
  forbidden: [false, 403, 24],
  'timed-out': [true, 504, 25],
  'setup-failed': [false, 500, 3],
  'stack-failed': [false, 503, 3],
  rejected: [false, 422, 10],
  'refused-by-receiver': [false, 422, 11],
  conflict: [false, 409, 12],
  denied: [false, 403, 13],
  'needs-approval': [false, 403, 14],
  stopped: [false, 423, 15],
  'budget-exhausted': [false, 402, 16],
  unknown: [false, 502, 17],
  'verification-failed': [false, 422, 18],
  unverified: [false, 422, 18],
  'model-refused': [false, 422, 19],
  'turn-limit': [false, 422, 20],
  'no-progress': [false, 422, 20],
  'deadline-exceeded': [false, 504, 21],
  'too-many-steps': [false, 422, 20],
  cancelled: [false, 409, 22],
  terminated: [false, 409, 26],
  lost: [false, 404, 27],
  unavailable: [true, 503, 5],
  'not-cleared': [false, 403, 6],
  'invalid-response': [true, 502, 4],
  'lease-lost': [true, 503, 5],
  'call-in-progress': [true, 503, 5],
  'corrupt-blob': [false, 500, 7],
  internal: [true, 500, 1],
};

test('every error code keeps its retry rule, HTTP status and exit code [domain.error-table]', () => {
  const table = Object.entries(JOB_ERRORS).map(([code, { nonRetryable, httpStatus, exitCode }]) => {
    return [code, [!nonRetryable, httpStatus, exitCode]];
  });
  expect(Object.fromEntries(table)).toEqual(TABLE);
});

test('every exit code fits a shell and none means success', () => {
  const codes = Object.values(JOB_ERRORS).map(({ exitCode }) => exitCode);
  expect(codes.filter((code) => code < 1 || code > 125)).toEqual([]);
});

test('a JobError carries its code, its traits, its sentence and its cause', () => {
  const cause = new Error('below');
  const error = new JobError('turn-limit', 'The agent used 12 of 12 turns.', { cause });
  expect(error).toMatchObject({
    name: 'JobError',
    code: 'turn-limit',
    message: 'The agent used 12 of 12 turns.',
    cause,
    traits: { nonRetryable: true, httpStatus: 422, exitCode: 20 },
  });
});

test('a JobError without a cause has no such member', () => {
  expect(Object.hasOwn(new JobError('internal', 'Broken.'), 'cause')).toBe(false);
});

test.each([
  ['turn-limit', true],
  ['toString', false],
  ['', false],
])('isJobErrorCode("%s") is %s', (text, expected) => {
  expect(isJobErrorCode(text)).toBe(expected);
});

test.each([
  [new Error('What went wrong.'), 'What went wrong.'],
  [new TypeError(''), 'TypeError'],
  [{ message: 'From another realm.' }, 'From another realm.'],
  [{ name: 'Odd' }, 'Odd'],
  [{}, 'Something was thrown that is no error.'],
  ['a text', 'a text'],
  [undefined, 'undefined'],
  [null, 'null'],
])('sentenceOf(%p) is "%s"', (thrown, sentence) => {
  expect(sentenceOf(thrown)).toBe(sentence);
});
