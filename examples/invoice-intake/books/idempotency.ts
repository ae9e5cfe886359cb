import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { refused, type Answer } from './answer.ts';
import { inTransaction } from './database.ts';

// After this a key counts as a new one.
const KEY_LIFETIME_SECONDS = 24 * 3_600;

/** A request that may come again under its key. */
export interface KeyedRequest {
  readonly tenant: string;
  readonly key: string;
  readonly body: unknown;
}

/**
 * Does something once per key, in one transaction with the key's record: the same key with the same body is answered as
 * the first time, with its status, also when both come at once; with another body it is refused with 422.
 */
export async function oncePerKey(
  pool: Pool,
  request: KeyedRequest,
  act: (client: PoolClient) => Promise<Answer>,
): Promise<Answer> {
  const { tenant, key } = request;
  const digest = createHash('sha256').update(JSON.stringify(request.body)).digest('base64url');
  return inTransaction(pool, async (client) => {
    await client.query(
      'delete from idempotency_key where tenant = $1 and key = $2 and created_at < clock_timestamp() - make_interval(secs => $3)',
      [tenant, key, KEY_LIFETIME_SECONDS],
    );
    // Waits for a transaction that holds the same key; once that one has ended, its record is there to be read.
    const claimed = await client.query(
      'insert into idempotency_key (tenant, key, body_digest) values ($1, $2, $3) on conflict (tenant, key) do nothing',
      [tenant, key, digest],
    );
    if (claimed.rowCount === 0) return earlierAnswer(client, request, digest);
    const answer = await act(client);
    await client.query('update idempotency_key set status = $3, answer = $4 where tenant = $1 and key = $2', [
      tenant,
      key,
      answer.status,
      JSON.stringify(answer.body),
    ]);
    return answer;
  });
}

async function earlierAnswer(client: PoolClient, { tenant, key }: KeyedRequest, digest: string): Promise<Answer> {
  const { rows } = await client.query<{ body_digest: string; status: number; answer: unknown }>(
    'select body_digest, status, answer from idempotency_key where tenant = $1 and key = $2',
    [tenant, key],
  );
  const [earlier] = rows;
  if (earlier === undefined) throw new Error(`The record of key ${key} vanished while it was read.`);
  if (earlier.body_digest === digest) return { status: earlier.status, body: earlier.answer };
  return refused(
    422,
    `The Idempotency-Key ${key} was used before with another body; use a new key for another booking.`,
  );
}
