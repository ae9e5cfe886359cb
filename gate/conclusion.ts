import { LIMITED_MS } from '../domain/endpoint-failure.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';
import type { NotCommitted } from '../domain/outcome.ts';
import type { Failed } from './attempt.ts';
import type { Ending } from './ledger.ts';
import { PART_ACCEPTED } from './part-accepted.ts';
import type { PreparedCall } from './prepared-call.ts';
import { SendError } from './send-error.ts';
import { oneLine } from './text.ts';
import { lastAnswer } from './way-out.ts';

const RETRY_MS = 1_000;
const MAX_MESSAGE = 400;
// The status of an answer that only the adapter knows to be unreadable.
const READABLE = 200;
// Answers of 4xx that say "not now" instead of "no".
const NOT_NOW = [408, 409, 425, 429];

/** What follows from an attempt that failed. */
export type Conclusion =
  /** The ledger knows the end. */
  | { readonly kind: 'settle'; readonly ending: Ending & { readonly sentence: string } }
  /** Another attempt may try; until then this is the answer, or the error. */
  | {
      readonly kind: 'release';
      readonly status?: number;
      readonly gives: { readonly outcome: NotCommitted } | { readonly error: unknown };
    }
  /** The receiver has to be asked what it did. */
  | { readonly kind: 'reconcile'; readonly sentence: string };

/** Whether a call may be repeated without a second effect: it has none. */
export function repeatsFreely(prepared: PreparedCall): boolean {
  return prepared.call.effect === 'read' || prepared.call.effect === 'model';
}

/**
 * What a failed attempt means, by what left and what came back: 4xx is a no, 2xx has happened whatever its body looks like,
 * nothing left is nothing done, and all else depends on what the receiver can do about repeats.
 */
export function conclude(prepared: PreparedCall, failed: Failed): Conclusion {
  const { error, interruption, trace } = failed;
  if (interruption === 'lease-lost') return { kind: 'release', gives: { error: asLeaseLost(error) } };
  const answered = answeredStatus(failed);
  if (answered !== undefined) return concludeAnswer(prepared, failed, answered);
  if (interruption === 'cancelled') return concludeCancelled(prepared, failed);
  if (!trace.bytesLeft) return concludeUnsent(prepared, failed);
  if (interruption === undefined && repeatsFreely(prepared) && error instanceof JobError)
    return { kind: 'release', gives: { error } };
  return byClass(prepared, failed, whatHappened(prepared, failed));
}

interface Answered {
  readonly status: number;
  readonly message: string;
  readonly retryAfterMs: number | undefined;
}

// The adapter may have wrapped the gate's error, or be its author; then the last answer that came in counts.
function answeredStatus({ error, interruption, trace }: Failed): Answered | undefined {
  if (interruption === 'deadline' || !trace.bytesLeft) return undefined;
  const said = error instanceof SendError ? error.failure : undefined;
  if (said?.kind === 'answered') return { status: said.status, message: said.why, retryAfterMs: said.retryAfterMs };
  if (said === undefined && interruption === 'cancelled') return undefined;
  const last = lastAnswer(trace);
  const status = last?.status ?? (said?.kind === 'invalid-response' ? READABLE : undefined);
  return status === undefined ? undefined : { status, message: sentenceOf(error), retryAfterMs: last?.retryAfterMs };
}

function concludeAnswer(prepared: PreparedCall, failed: Failed, answered: Answered): Conclusion {
  const { status } = answered;
  const message = oneLine(answered.message, MAX_MESSAGE);
  if (status >= 200 && status < 300) return concludeUnreadable(prepared, failed, status);
  const sentence = `${capital(prepared.route.words)} answered ${status}${message === '' ? '' : `: ${message}`}`;
  const refused = status >= 400 && status < 500 && !NOT_NOW.includes(status);
  if (!refused)
    return byClass(prepared, failed, {
      why: `status-${status}`,
      sentence: `${sentence}.`,
      status,
      retryAfterMs: answered.retryAfterMs ?? (pausesByItself(prepared, status) ? LIMITED_MS : undefined),
    });
  if (failed.trace.accepted) {
    return settleUnknown(`${sentence}, ${PART_ACCEPTED} ${prepared.call.name}; a person must look there.`);
  }
  const outcome: NotCommitted = { kind: 'rejected', status, sentence: ended(sentence) };
  // Another endpoint may take the same call, so that one endpoint's no is not the call's end.
  if (prepared.call.effect === 'model') return { kind: 'release', status, gives: { outcome } };
  return { kind: 'settle', ending: { state: 'rejected', status, sentence: outcome.sentence } };
}

// A model's 429 without a Retry-After means some seconds, not one.
function pausesByItself(prepared: PreparedCall, status: number): boolean {
  return prepared.call.effect === 'model' && status === 429;
}

function concludeUnreadable(prepared: PreparedCall, failed: Failed, status: number): Conclusion {
  const { error } = failed;
  if (repeatsFreely(prepared)) return { kind: 'release', status, gives: { error: asInvalidResponse(prepared, error) } };
  const reason = oneLine(sentenceOf(error), MAX_MESSAGE);
  const sentence = `${capital(prepared.route.words)} carried out ${prepared.call.name} (answer ${status}), but what it answered cannot be read (${reason}); a person must look there.`;
  return { kind: 'settle', ending: { state: 'committed', status, sentence } };
}

function concludeCancelled(prepared: PreparedCall, { error, trace }: Failed): Conclusion {
  if (!trace.bytesLeft || repeatsFreely(prepared)) return { kind: 'release', gives: { error } };
  const { words } = prepared.route;
  return settleUnknown(
    `The run was cancelled while ${words} was carrying out ${prepared.call.name}, and no answer came in time; a person must look there.`,
  );
}

function concludeUnsent(prepared: PreparedCall, { error, interruption }: Failed): Conclusion {
  const { words } = prepared.route;
  if (error instanceof SendError && error.failure.kind === 'foreign-address') {
    return {
      kind: 'release',
      gives: { error: new JobError('denied', `${capital(error.message)}; nothing was sent.`, { cause: error }) },
    };
  }
  if (interruption === 'deadline') {
    return unavailable({
      why: 'timed-out',
      sentence: `${capital(words)} could not be reached within ${seconds(prepared)}; nothing was sent.`,
    });
  }
  const failure = error instanceof SendError ? error.failure : undefined;
  if (failure?.kind === 'cooling')
    return unavailable({ why: 'cooling', sentence: failure.why, retryAfterMs: failure.waitMs });
  const unreached = failure?.kind === 'not-sent' ? failure.why : undefined;
  if (unreached === undefined) return { kind: 'release', gives: { error } };
  return unavailable({
    why: 'unreachable',
    sentence: `${capital(words)} cannot be reached (${unreached}); nothing was sent.`,
  });
}

interface Happened {
  readonly why: string;
  readonly sentence: string;
  readonly status?: number;
  readonly retryAfterMs?: number | undefined;
}

function whatHappened(prepared: PreparedCall, { error, interruption }: Failed): Happened {
  const words = capital(prepared.route.words);
  if (interruption === 'deadline')
    return { why: 'timed-out', sentence: `${words} did not answer within ${seconds(prepared)}.` };
  const reason = oneLine(sentenceOf(error), MAX_MESSAGE);
  return { why: 'connection-lost', sentence: `${words} gave no answer to what was sent (${reason}).` };
}

function byClass(prepared: PreparedCall, failed: Failed, happened: Happened): Conclusion {
  if (repeatsFreely(prepared)) return unavailable(happened);
  switch (prepared.call.class) {
    case 'A':
    case 'B':
      return unavailable(happened);
    case 'C':
      return { kind: 'reconcile', sentence: happened.sentence };
    case 'D':
      return settleUnknown(`${happened.sentence.replace(/\.$/, '')}; ${unrepeatable(prepared)}`, failed);
  }
}

/** Why a class D call cannot go on by itself. */
export function unrepeatable(prepared: PreparedCall): string {
  return `whether ${prepared.call.name} took effect cannot be known, and it cannot be repeated safely (class D); a person must look there.`;
}

function unavailable(happened: Happened): Conclusion {
  const { why, sentence, status, retryAfterMs = RETRY_MS } = happened;
  const outcome = { kind: 'unavailable', why, waitMs: retryAfterMs, sentence } as const;
  return { kind: 'release', gives: { outcome }, ...(status === undefined ? {} : { status }) };
}

function settleUnknown(sentence: string, failed?: Failed): Conclusion {
  const status = failed === undefined ? undefined : lastAnswer(failed.trace)?.status;
  return { kind: 'settle', ending: { state: 'unknown', sentence, status } };
}

function asLeaseLost(error: unknown): JobError {
  if (error instanceof JobError && error.code === 'lease-lost') return error;
  return new JobError('lease-lost', 'This worker lost its lease during the call; the call is taken up again.', {
    cause: error,
  });
}

function asInvalidResponse(prepared: PreparedCall, error: unknown): unknown {
  if (!(error instanceof SendError)) return error;
  return new JobError('invalid-response', `${capital(prepared.route.words)} gave ${error.message}.`, { cause: error });
}

function seconds(prepared: PreparedCall): string {
  return `${prepared.call.timeoutMs / 1_000} s`;
}

function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function ended(sentence: string): string {
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}
