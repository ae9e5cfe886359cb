import { assertNever } from '../domain/assert-never.ts';
import type { Json } from '../domain/canonical.ts';
import { JobError } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { LedgerHolder, StoredCall } from './ledger.ts';
import type { PreparedCall } from './prepared-call.ts';
import { oneLine } from './text.ts';

const MAX_FACTS = 300;

/** The outcome that a settled call stands for, the same however often it is asked. */
export function outcomeOfStored(prepared: PreparedCall, stored: StoredCall): Outcome<Json> {
  const { state, result, status = 0, sentence } = stored;
  switch (state) {
    case 'committed':
    case 'verified':
    case 'compensated':
    case 'accepted':
      // It happened, but its answer could not be read.
      if (result === null && sentence !== undefined) return { kind: 'unknown', sentence };
      return { kind: 'committed', value: result };
    case 'rejected':
      return { kind: 'rejected', status, sentence: sentence ?? `The receiver refused ${prepared.call.name}.` };
    case 'unknown':
      return { kind: 'unknown', sentence: sentence ?? `Whether ${prepared.call.name} took effect is not known.` };
    case 'claimed':
    case 'sent':
      throw new JobError('internal', `The call ${prepared.callKey} was answered as settled while it is ${state}.`);
    default:
      return assertNever(state);
  }
}

/** The outcome of a call that another one, or its own earlier form, stands in the way of. */
export function outcomeOfConflict(prepared: PreparedCall, holder: LedgerHolder): Outcome<Json> {
  const { call } = prepared;
  const { runId, stepPath, state } = holder;
  const itself = runId === call.runId && stepPath === call.stepPath;
  const sentence = itself
    ? `The step ${stepPath} of ${runId} was asked before with other arguments; a step asks for one thing only.`
    : `${call.name} was already asked for by ${runId} at ${stepPath} (${state}${factsOf(holder.result)}); the same thing is not done twice.`;
  return { kind: 'conflict', holder: { runId, stepPath }, sentence };
}

/** The outcome of a call that a fork has from its first run's record, where it was asked with other arguments. */
export function outcomeOfOtherCopy({ runId, stepPath }: LedgerHolder): Outcome<Json> {
  const sentence = `What the step ${stepPath} of the fork ${runId} is given is not what it was given in the first run: the fork's code or an edit changed it; fork from ${stepPath}, or from an earlier step.`;
  return { kind: 'conflict', holder: { runId, stepPath }, sentence };
}

/** The facts of a result, so that people find what was made the first time, such as a booking's id. */
function factsOf(result: Json): string {
  const facts = isRecord(result) ? result['facts'] : undefined;
  if (!isRecord(facts)) return '';
  const named = Object.entries(facts).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return named.length === 0 ? '' : oneLine(`: ${named.join(', ')}`, MAX_FACTS);
}

function isRecord(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
