import { JobError } from '../domain/errors.ts';
import type { Digest, RunId, Tenant } from '../domain/ids.ts';
import { callOf, type Database } from './database.ts';

const TAKE = callOf('take_delivery', 4);
const SETTLE = callOf('settle_delivery', 4);
const MAX_CHARACTERS = 200;

/** What tells a message of another system from all others. */
export interface DeliveryPlace {
  readonly tenant: Tenant;
  /** The trigger that it came to; 1 to 200 characters, as the message's id. */
  readonly trigger: string;
  readonly messageId: string;
}

/** A message that came in. */
export interface NewDelivery extends DeliveryPlace {
  readonly bodyDigest: Digest;
}

/** A message that came in before. */
export interface EarlierDelivery {
  /** The run that it started; absent while none is known: whoever took it may be at it, or may have died. */
  readonly runId?: RunId;
  /** `false`: another message came under the same id. */
  readonly sameBody: boolean;
}

interface TakenRow {
  readonly is_new: boolean;
  readonly run: RunId | null;
  readonly same_body: boolean;
}

/**
 * Takes a message; of any number who take the same one, also at once, one gets `new`.
 * @throws JobError `invalid-input` when trigger or message id is out of bounds
 */
export async function takeDelivery(database: Database, delivery: NewDelivery): Promise<'new' | EarlierDelivery> {
  const { tenant, trigger, messageId, bodyDigest } = delivery;
  for (const text of [trigger, messageId]) {
    if (text.length < 1 || text.length > MAX_CHARACTERS) {
      const bound = `1 to ${MAX_CHARACTERS} characters, not of ${text.length}`;
      throw new JobError('invalid-input', `A delivery has a trigger and a message id of ${bound}.`);
    }
  }
  const [row] = await database.query<TakenRow>(TAKE, [tenant, trigger, messageId, bodyDigest]);
  if (row === undefined || row.is_new) return 'new';
  return { ...(row.run === null ? {} : { runId: row.run }), sameBody: row.same_body };
}

/** Writes which run a message started; the same again changes nothing. `false`: it is not there, or started another run. */
export async function settleDelivery(
  database: Database,
  { tenant, trigger, messageId, runId }: DeliveryPlace & { readonly runId: RunId },
): Promise<boolean> {
  const [row] = await database.query<{ settle_delivery: boolean }>(SETTLE, [tenant, trigger, messageId, runId]);
  return row?.settle_delivery === true;
}
