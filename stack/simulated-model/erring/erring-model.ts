import { createHash } from 'node:crypto';
import type { Decision } from '../answering/decide.ts';
import type { ChatRequest } from '../serving/chat-request.ts';
import { type Spoken, spokenOf } from '../serving/spoken.ts';
import type { Alter, Altered } from './alteration.ts';
import { Dice } from './dice.ts';
import { ErrorLog, type ErrorKind } from './error-log.ts';
import { followedInstruction } from './kinds/followed-instruction.ts';
import { malformedArguments } from './kinds/malformed-arguments.ts';
import { missingPart } from './kinds/missing-part.ts';
import { refusal } from './kinds/refusal.ts';
import { repeatedCall } from './kinds/repeated-call.ts';
import { wrongDigit } from './kinds/wrong-digit.ts';
import { RequestCounts } from './request-counts.ts';

/** How often the model errs on purpose. */
export interface ErringSettings {
  /** The share of answers that are altered, 0 to 1. */
  readonly rate: number;
  /** Which ones: the same seed and keys give the same errors. */
  readonly seed: number;
}

/** A request as it came. */
export interface Asked {
  readonly request: ChatRequest;
  /** The header Idempotency-Key; `undefined` when there is none. */
  readonly key: string | undefined;
  readonly body: string;
}

const ALTERATIONS: Readonly<Record<ErrorKind, Alter>> = {
  'wrong-digit': wrongDigit,
  'missing-part': missingPart,
  'malformed-arguments': malformedArguments,
  'repeated-call': repeatedCall,
  refusal,
  'followed-instruction': followedInstruction,
};

/**
 * Alters a share of the answers, and keeps a log of what it did. Which answers, and how, follows from seed, key, and how
 * many other requests came under that key before: neither time nor what else is asked meanwhile changes it, and a request
 * that is repeated under its key is answered as before.
 */
export class ErringModel {
  readonly settings: ErringSettings;
  readonly log = new ErrorLog();
  readonly #counts = new RequestCounts();

  constructor(settings: ErringSettings) {
    this.settings = settings;
  }

  /** What is said instead of a decision; most of the time just that. */
  say(decision: Decision, { request, key: given, body }: Asked): Spoken {
    const { rate, seed } = this.settings;
    if (rate === 0) return spokenOf(decision);
    const digest = createHash('sha256').update(body).digest('base64url');
    const key = given ?? `body:${digest}`;
    const count = this.#counts.placeOf(key, digest);
    const dice = new Dice(seed, key, count);
    if (dice.fraction() >= rate) return spokenOf(decision);
    const calls = decision.kind === 'calls' ? decision.calls : [];
    const found = firstPossible(dice.shuffled(Object.keys(ALTERATIONS) as ErrorKind[]), (kind) =>
      ALTERATIONS[kind]({ calls, request, dice }),
    );
    if (found === undefined) return spokenOf(decision);
    const { kind, altered } = found;
    this.log.add(`${count} ${key}`, { key, kind, what: altered.what, at: new Date().toISOString() });
    return altered.spoken;
  }
}

function firstPossible(
  kinds: readonly ErrorKind[],
  alter: (kind: ErrorKind) => Altered | undefined,
): { kind: ErrorKind; altered: Altered } | undefined {
  for (const kind of kinds) {
    const altered = alter(kind);
    if (altered !== undefined) return { kind, altered };
  }
  return undefined;
}
