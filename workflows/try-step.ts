import { JOB_ERRORS, type JobErrorCode } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import { endOf } from './fail-run.ts';

// What a job can deal with. Everything else is a bug, a limit of the run or its cancellation, and ends it.
const REJECTIONS: readonly JobErrorCode[] = [
  'invalid-input',
  'rejected',
  'refused-by-receiver',
  'conflict',
  'verification-failed',
  'unverified',
  'model-refused',
  'turn-limit',
  'no-progress',
  'deadline-exceeded',
];
const SAME = ['denied', 'needs-approval', 'stopped', 'budget-exhausted', 'unknown'] as const;

/**
 * What a step came to, also where it would have ended the run: `rejected` with the HTTP status of its code for what was refused,
 * found wrong or given up, else the outcome of the code's own name.
 */
export async function tried<Value>(step: () => Promise<Outcome<Value>>): Promise<Outcome<Value>> {
  try {
    return await step();
  } catch (error) {
    const end = endOf(error, false);
    if (end === undefined || end.status === 'cancelled') throw error;
    const { code, sentence } = end;
    if (REJECTIONS.includes(code)) return { kind: 'rejected', status: JOB_ERRORS[code].httpStatus, sentence };
    const kind = SAME.find((same) => same === code);
    if (kind === undefined) throw error;
    return { kind, sentence };
  }
}
