import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Outcome } from '../domain/outcome.ts';

// Short hiccups cost no event; anything longer is the workflow's durable wait, so that no slot is held.
const QUICK_ATTEMPTS = 3;
const QUICK_MS = 5_000;

/** Lets Temporal try again soon while something is briefly down; later the workflow is told and waits by itself. */
export function holdBriefly<Value>(outcome: Outcome<Value>): Outcome<Value> {
  if (outcome.kind !== 'unavailable') return outcome;
  const { attempt } = Context.current().info;
  if (attempt >= QUICK_ATTEMPTS || outcome.notBefore - Date.now() > QUICK_MS) return outcome;
  throw ApplicationFailure.create({ type: 'unavailable', message: outcome.sentence, nonRetryable: false });
}
