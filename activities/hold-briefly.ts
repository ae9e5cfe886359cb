import { ApplicationFailure, Context } from '@temporalio/activity';
import { JobError } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';

// Short hiccups cost no event; anything longer is the workflow's durable wait, so that no slot is held.
const QUICK_ATTEMPTS = 3;
const QUICK_MS = 5_000;
const UNREADABLE = 'invalid-response';
const UNREADABLE_MS = 1_000;

/**
 * Performs a call and lets Temporal try again soon while something is briefly down; later the workflow is told and waits by
 * itself. Who answers a read or a model call with what cannot be read is as good as down.
 */
export async function holdBriefly<Value>(perform: () => Promise<Outcome<Value>>): Promise<Outcome<Value>> {
  const outcome = await readable(perform);
  if (outcome.kind !== 'unavailable') return outcome;
  const { attempt } = Context.current().info;
  if (attempt >= QUICK_ATTEMPTS || outcome.waitMs > QUICK_MS) return outcome;
  const type = outcome.why === UNREADABLE ? UNREADABLE : 'unavailable';
  throw ApplicationFailure.create({ type, message: outcome.sentence, nonRetryable: false });
}

async function readable<Value>(perform: () => Promise<Outcome<Value>>): Promise<Outcome<Value>> {
  try {
    return await perform();
  } catch (error) {
    if (!(error instanceof JobError) || error.code !== UNREADABLE) throw error;
    return { kind: 'unavailable', why: error.code, waitMs: UNREADABLE_MS, sentence: error.message };
  }
}
