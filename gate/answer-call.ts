import type { Json } from '../domain/canonical.ts';
import { callKeyOf } from '../domain/digest.ts';
import type { CallPlace } from './call.ts';
import { callOf, type Database } from './database.ts';
import { oneLine } from './text.ts';

const ANSWER = callOf('answer_call', 7);
const MAX_SENTENCE = 1_000;

/** What a person found out about a call. */
export interface CallAnswer extends CallPlace {
  /** The stored decision that says so. */
  readonly decisionId: string;
  /** It took place; it did not; it did not and is to be sent again. */
  readonly verdict: 'accepted' | 'rejected' | 'repeat';
  /** What it came to, where that is not known already. */
  readonly result?: Json;
  /** Who says so, and on what evidence. */
  readonly sentence: string;
}

/** `needs-output`: it took place, but nobody knows what it came to. `not-open`: there is nothing to be answered about it. */
export type CallAnswered = 'settled' | 'needs-output' | 'not-open' | 'no-decision';

/** Settles a call by what a person found out; the same decision again changes nothing. */
export async function answerCall(database: Database, answer: CallAnswer): Promise<CallAnswered> {
  const [row] = await database.query<{ answer_call: CallAnswered }>(ANSWER, [
    answer.tenant,
    answer.runId,
    callKeyOf(answer),
    answer.decisionId,
    answer.verdict,
    answer.result === undefined ? null : JSON.stringify(answer.result),
    oneLine(answer.sentence, MAX_SENTENCE),
  ]);
  return row?.answer_call ?? 'not-open';
}
