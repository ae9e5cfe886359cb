import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { TemporalFailure } from '@temporalio/common';
import { cut } from '../domain/cut.ts';
import { JOB_ERRORS, JobError, sentenceOf } from '../domain/errors.ts';

// It goes to the run's history with every attempt's end.
const MAX_MESSAGE = 1_000;

type Activity<In, Out> = (input: In) => Promise<Out>;

/**
 * Makes errors of Activities into failures whose type is the code and whose retry rule comes from the table. Cancellation
 * passes as it is; what nobody foresaw is `internal` and tried again.
 */
export function translateErrors<In, Out>(activity: Activity<In, Out>): Activity<In, Out> {
  return async (input) => {
    try {
      return await activity(input);
    } catch (error) {
      throw failureOf(error);
    }
  };
}

function failureOf(error: unknown): unknown {
  if (error instanceof TemporalFailure) return error;
  const { cancellationSignal } = Context.current();
  if (cancellationSignal.aborted && error === cancellationSignal.reason)
    return new CancelledFailure('The call was cancelled.');
  if (error instanceof JobError) return applicationFailure(error);
  return applicationFailure(new JobError('internal', sentenceOf(error), { cause: error }));
}

function applicationFailure(error: JobError): ApplicationFailure {
  const cause = error.cause instanceof Error ? error.cause : undefined;
  return ApplicationFailure.create({
    type: error.code,
    message: cut(error.message, MAX_MESSAGE),
    nonRetryable: JOB_ERRORS[error.code].nonRetryable,
    ...(cause === undefined ? {} : { cause }),
  });
}
