import { JobError } from '../domain/errors.ts';
import type { Tenant } from '../domain/ids.ts';
import { callOf, type Database } from './database.ts';

const TAKE = callOf('take_once', 4);
const MAX_CHARACTERS = 200;

/** A thing that may be taken once, such as the nonce of a log-in. */
export interface OnceThing {
  readonly tenant: Tenant;
  /** What it is; 1 to 200 characters, as its id. */
  readonly kind: string;
  readonly id: string;
  /** From when on nobody would take it anyway; it is forgotten an hour later. */
  readonly expiresAt: Date;
}

/**
 * Takes a thing; of any number who try, also at once, one gets `true`. `false`: it was taken before, or is over by the database's
 * clock.
 * @throws JobError `invalid-input` when kind or id is out of bounds
 */
export async function takeOnce(database: Database, { tenant, kind, id, expiresAt }: OnceThing): Promise<boolean> {
  for (const text of [kind, id]) {
    if (text.length < 1 || text.length > MAX_CHARACTERS) {
      throw new JobError(
        'invalid-input',
        `What is taken once has a kind and an id of 1 to ${MAX_CHARACTERS} characters, not of ${text.length}.`,
      );
    }
  }
  const [row] = await database.query<{ take_once: boolean }>(TAKE, [tenant, kind, id, expiresAt]);
  return row?.take_once === true;
}
