/** What follows from an error code, wherever it surfaces. */
export interface ErrorTraits {
  /** Whether another attempt with the same input is pointless. */
  readonly nonRetryable: boolean;
  /** The status the HTTP API answers with. */
  readonly httpStatus: number;
  /** The exit code of a command that ends with this error. */
  readonly exitCode: number;
}

/** The one table of codes: retry rule, HTTP status and exit code come from here alone. */
export const JOB_ERRORS = {
  // What people hand in.
  'invalid-input': { nonRetryable: true, httpStatus: 400, exitCode: 2 },
  'invalid-config': { nonRetryable: true, httpStatus: 500, exitCode: 3 },
  'invalid-job': { nonRetryable: true, httpStatus: 500, exitCode: 3 },
  'unknown-job': { nonRetryable: true, httpStatus: 404, exitCode: 2 },
  'unknown-run': { nonRetryable: true, httpStatus: 404, exitCode: 2 },
  'run-ended': { nonRetryable: true, httpStatus: 409, exitCode: 2 },
  'no-result': { nonRetryable: true, httpStatus: 409, exitCode: 2 },
  'unknown-token': { nonRetryable: true, httpStatus: 404, exitCode: 2 },
  'unknown-schedule': { nonRetryable: true, httpStatus: 404, exitCode: 2 },
  'unknown-trigger': { nonRetryable: true, httpStatus: 404, exitCode: 2 },
  'definition-changed': { nonRetryable: false, httpStatus: 409, exitCode: 3 },
  'would-break': { nonRetryable: true, httpStatus: 409, exitCode: 28 },
  // How people ask over HTTP.
  'not-found': { nonRetryable: true, httpStatus: 404, exitCode: 2 },
  'method-not-allowed': { nonRetryable: true, httpStatus: 405, exitCode: 2 },
  'too-large': { nonRetryable: true, httpStatus: 413, exitCode: 2 },
  'unsupported-media-type': { nonRetryable: true, httpStatus: 415, exitCode: 2 },
  'rate-limited': { nonRetryable: false, httpStatus: 429, exitCode: 5 },
  unauthenticated: { nonRetryable: true, httpStatus: 401, exitCode: 23 },
  forbidden: { nonRetryable: true, httpStatus: 403, exitCode: 24 },
  'timed-out': { nonRetryable: false, httpStatus: 504, exitCode: 25 },
  // What the stack lacks.
  'setup-failed': { nonRetryable: true, httpStatus: 500, exitCode: 3 },
  'stack-failed': { nonRetryable: true, httpStatus: 503, exitCode: 3 },
  // How a run ends when it does not complete.
  rejected: { nonRetryable: true, httpStatus: 422, exitCode: 10 },
  'refused-by-receiver': { nonRetryable: true, httpStatus: 422, exitCode: 11 },
  conflict: { nonRetryable: true, httpStatus: 409, exitCode: 12 },
  denied: { nonRetryable: true, httpStatus: 403, exitCode: 13 },
  'needs-approval': { nonRetryable: true, httpStatus: 403, exitCode: 14 },
  stopped: { nonRetryable: true, httpStatus: 423, exitCode: 15 },
  'budget-exhausted': { nonRetryable: true, httpStatus: 402, exitCode: 16 },
  unknown: { nonRetryable: true, httpStatus: 502, exitCode: 17 },
  'verification-failed': { nonRetryable: true, httpStatus: 422, exitCode: 18 },
  unverified: { nonRetryable: true, httpStatus: 422, exitCode: 18 },
  'model-refused': { nonRetryable: true, httpStatus: 422, exitCode: 19 },
  'turn-limit': { nonRetryable: true, httpStatus: 422, exitCode: 20 },
  'no-progress': { nonRetryable: true, httpStatus: 422, exitCode: 20 },
  'deadline-exceeded': { nonRetryable: true, httpStatus: 504, exitCode: 21 },
  'too-many-steps': { nonRetryable: true, httpStatus: 422, exitCode: 20 },
  cancelled: { nonRetryable: true, httpStatus: 409, exitCode: 22 },
  terminated: { nonRetryable: true, httpStatus: 409, exitCode: 26 },
  lost: { nonRetryable: true, httpStatus: 404, exitCode: 27 },
  // What the remote side did, or could not.
  unavailable: { nonRetryable: false, httpStatus: 503, exitCode: 5 },
  'not-cleared': { nonRetryable: true, httpStatus: 403, exitCode: 6 },
  'invalid-response': { nonRetryable: false, httpStatus: 502, exitCode: 4 },
  'lease-lost': { nonRetryable: false, httpStatus: 503, exitCode: 5 },
  'call-in-progress': { nonRetryable: false, httpStatus: 503, exitCode: 5 },
  'corrupt-blob': { nonRetryable: true, httpStatus: 500, exitCode: 7 },
  internal: { nonRetryable: false, httpStatus: 500, exitCode: 1 },
} as const satisfies Record<string, ErrorTraits>;

/** One code of the table. */
export type JobErrorCode = keyof typeof JOB_ERRORS;

/** Options of {@link JobError}. */
export interface JobErrorOptions {
  /** What this error was made from; kept for `--verbose` and the logs. */
  readonly cause?: unknown;
}

/** The one error class. Its message is one sentence that names the value, the bound it broke and the fix. */
export class JobError extends Error {
  override readonly name = 'JobError';
  /** The row of the table that says what follows. */
  readonly code: JobErrorCode;

  constructor(code: JobErrorCode, message: string, options: JobErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
  }

  /** What follows from this error's code. */
  get traits(): ErrorTraits {
    return JOB_ERRORS[this.code];
  }
}

/** Whether a text is a code of the table; a failure's type from a newer version may not be. */
export function isJobErrorCode(text: string): text is JobErrorCode {
  return Object.hasOwn(JOB_ERRORS, text);
}

/** The sentence of any thrown value, without its stack. */
export function sentenceOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  // By form, not by class: an error may come from another realm, such as the workflow sandbox.
  if ('message' in error && typeof error.message === 'string' && error.message !== '') return error.message;
  return 'name' in error && typeof error.name === 'string' ? error.name : 'Something was thrown that is no error.';
}
