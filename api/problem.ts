import { JOB_ERRORS, JobError, type JobErrorCode } from '../domain/errors.ts';
import type { Problem } from './schemas/problem.ts';

const TITLES: { readonly [Code in JobErrorCode]?: string } = {
  'invalid-input': 'The request does not fit.',
  unauthenticated: 'It is not known who asks.',
  forbidden: 'A role is missing.',
  'rate-limited': 'Too many requests.',
  'not-found': 'There is nothing here.',
  'method-not-allowed': 'This cannot be done here.',
  'too-large': 'The body is too large.',
  'unsupported-media-type': 'The body is of another type.',
  internal: 'Something went wrong that should not.',
};

/** An error of a request with the fields that do not fit. */
export class FieldsError extends JobError {
  readonly fields: NonNullable<Problem['errors']>;

  constructor(message: string, fields: NonNullable<Problem['errors']>) {
    super('invalid-input', message);
    this.fields = fields;
  }
}

// What Fastify itself refuses, by its codes. Source: https://fastify.dev/docs/latest/Reference/Errors/
const OF_FASTIFY: Readonly<Record<string, readonly [JobErrorCode, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported-media-type',
    'The body must be JSON; send it with `Content-Type: application/json`.',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid-input', 'The body is not as long as Content-Length says.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid-input', 'The body is empty; send JSON.'],
  FST_ERR_MAX_PARAM_LENGTH: ['invalid-input', 'A part of the path is longer than any id or name; correct it.'],
  FST_ERR_BAD_URL: ['invalid-input', 'The path is not well-formed.'],
  FST_ERR_ASYNC_CONSTRAINT: ['invalid-input', 'The request is not well-formed.'],
};

/** The error that stands for whatever was thrown; what nobody expected becomes `internal` and shows nothing of itself. */
export function asJobError(thrown: unknown, bodyLimit?: number): JobError {
  if (thrown instanceof JobError && thrown.code !== 'internal') return thrown;
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : '';
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new JobError(
      'too-large',
      `The body is larger than the ${bodyLimit} bytes that this route takes; send less.`,
      {
        cause: thrown,
      },
    );
  const known = OF_FASTIFY[code];
  if (known !== undefined) return new JobError(known[0], known[1], { cause: thrown });
  const status =
    typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown ? Number(thrown.statusCode) : 0;
  if (status >= 400 && status < 500)
    return new JobError('invalid-input', 'The request is not well-formed; correct it.', { cause: thrown });
  return new JobError('internal', 'The API failed; its log has more under the id of this request.', { cause: thrown });
}

/** The problem document of an error. */
export function problemOf(error: JobError, requestId: string): Problem {
  const { code } = error;
  return {
    type: `urn:holdfast:problem:${code}`,
    title: TITLES[code] ?? code,
    status: JOB_ERRORS[code].httpStatus,
    detail: withoutAddresses(error.message),
    instance: requestId,
    code,
    ...(error instanceof FieldsError ? { errors: error.fields } : {}),
  };
}

// Where things are inside stays inside; the log has it.
function withoutAddresses(sentence: string): string {
  return sentence.replaceAll(/(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:]+\]|::1)(?::\d+)?|\/\S*\.s\.PGSQL\.\d+/gi, '…');
}
