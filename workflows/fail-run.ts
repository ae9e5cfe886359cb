import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  isCancellation,
  TemporalFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
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

/**
 * What a thrown value means for the run; `undefined` for a bug in job code, which must block, not end. In a run that was
 * cancelled, a step whose worker died before it could say so is late and no less cancelled.
 */
export function endOf(error: unknown, cancelled: boolean): RunEnd | undefined {
  const end = meaningOf(error);
  if (!cancelled || end?.code !== 'deadline-exceeded') return end;
  const sentence =
    'The run was cancelled; how the step in flight ended is not known, so look at its call in the ledger.';
  return { status: 'cancelled', code: 'cancelled', sentence };
}

function meaningOf(error: unknown): RunEnd | undefined {
  if (isCancellation(error)) return { status: 'cancelled', code: 'cancelled', sentence: 'The run was cancelled.' };
  if (!(error instanceof TemporalFailure)) return undefined;
  const late = outOfTime(error);
  if (late !== undefined)
    return {
      status: 'failed',
      code: 'deadline-exceeded',
      sentence: `The time allowed for a step is over.${lastWords(late)}`,
    };
  const cause = rootFailure(error);
  const type = cause instanceof ApplicationFailure ? (cause.type ?? '') : '';
  return { status: 'failed', code: isJobErrorCode(type) ? type : 'internal', sentence: cause.message };
}

/** An Activity whose attempts had no time left: how the last one that ended failed, where one did so by itself. */
export interface OutOfTime {
  readonly last?: { readonly type: string; readonly message: string };
}

/** Whether an error is an Activity that had no time left. */
export function outOfTime(error: unknown): OutOfTime | undefined {
  if (!(error instanceof ActivityFailure)) return undefined;
  const { cause, retryState } = error;
  // Servers differ in whether they tell the last attempt's own failure when the next one would come too late, or wrap it.
  if (cause instanceof ApplicationFailure && retryState === 'TIMEOUT') return lastOf(cause.type, cause.message);
  if (!(cause instanceof TimeoutFailure)) return undefined;
  // The SDK makes no error of what a timeout wraps.
  const wrapped = cause.failure?.cause;
  return lastOf(wrapped?.applicationFailureInfo?.type, wrapped?.message);
}

function lastOf(type: string | null | undefined, message: string | null | undefined): OutOfTime {
  return typeof type === 'string' && typeof message === 'string' ? { last: { type, message } } : {};
}

/** The sentence to add about an Activity that had no time left, or nothing. */
export function lastWords({ last }: OutOfTime): string {
  return last === undefined ? '' : ` Its last attempt failed: ${last.message}`;
}

function rootFailure(error: TemporalFailure): TemporalFailure {
  const wraps = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  return wraps && error.cause instanceof TemporalFailure && !(error.cause instanceof CancelledFailure)
    ? rootFailure(error.cause)
    : error;
}
