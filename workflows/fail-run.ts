import { ActivityFailure, ApplicationFailure, CancelledFailure, ChildWorkflowFailure, isCancellation, TemporalFailure, TimeoutFailure } from '@temporalio/workflow';
import { isJobErrorCode, type JobErrorCode } from '../domain/errors.ts';
import type { EndStatus } from '../domain/run-view.ts';

/** How a run ended other than by completing. */
export interface RunEnd {
  readonly status: Exclude<EndStatus, 'completed'>;
  readonly code: JobErrorCode;
  readonly sentence: string;
}

/** Ends the run with a code of the table; the only way to fail one. A plain Error blocks the Workflow Task instead. */
export function failRun(code: JobErrorCode, sentence: string): never {
  throw ApplicationFailure.create({ type: code, message: sentence, nonRetryable: true });
}

/** What a thrown value means for the run; `undefined` for a bug in job code, which must block, not end. */
export function endOf(error: unknown): RunEnd | undefined {
  if (isCancellation(error)) return { status: 'cancelled', code: 'cancelled', sentence: 'The run was cancelled.' };
  if (!(error instanceof TemporalFailure)) return undefined;
  const cause = rootFailure(error);
  if (cause instanceof TimeoutFailure) {
    return { status: 'failed', code: 'deadline-exceeded', sentence: 'The time allowed for a step is over.' };
  }
  const type = cause instanceof ApplicationFailure ? (cause.type ?? '') : '';
  return { status: 'failed', code: isJobErrorCode(type) ? type : 'internal', sentence: cause.message };
}

function rootFailure(error: TemporalFailure): TemporalFailure {
  const wraps = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  return wraps && error.cause instanceof TemporalFailure && !(error.cause instanceof CancelledFailure) ? rootFailure(error.cause) : error;
}
