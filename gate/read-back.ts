import { callKeyOf } from '../domain/digest.ts';
import { JobError } from '../domain/errors.ts';
import type { CallPlace } from './call.ts';
import { callOf, type Database } from './database.ts';
import type { CallState } from './ledger.ts';
import { oneLine } from './text.ts';

const VERIFY = callOf('verify', 2);
const DOUBT = callOf('doubt', 3);
const MAX_SENTENCE = 1_000;

/** What reading a committed call back found: a match, or the sentence that says what differs. */
export interface ReadBack extends CallPlace {
  readonly sentence?: string;
}

/**
 * Writes what a read-back found: `verified`, or `unknown` with the sentence. Only a committed call changes; the answer is the
 * state that the call has now.
 * @throws JobError `internal` when there is no such call
 */
export async function settleReadBack(database: Database, found: ReadBack): Promise<CallState> {
  const key = callKeyOf(found);
  const state =
    found.sentence === undefined
      ? (await database.query<{ verify: CallState | null }>(VERIFY, [found.tenant, key]))[0]?.verify
      : (
          await database.query<{ doubt: CallState | null }>(DOUBT, [
            found.tenant,
            key,
            oneLine(found.sentence, MAX_SENTENCE),
          ])
        )[0]?.doubt;
  if (state === undefined || state === null) {
    throw new JobError(
      'internal',
      `The ledger has no call at ${found.stepPath} of ${found.runId} that could be read back.`,
    );
  }
  return state;
}
