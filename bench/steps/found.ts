import { createHash } from 'node:crypto';
import { Client as Database } from 'pg';
import { JobError } from '../../domain/errors.ts';
import type { Received } from './receiver.ts';

/** What the ledger and the receiver know of the steps. */
export interface Found {
  /** Committed calls of the benchmark's tenant. */
  readonly ledgerRows: number;
  /** What the receiver was sent by governed steps, and by bare ones. */
  readonly received: Received;
  readonly receivedBare: Received;
  /** SHA-256 over the ledger's keys, as the receiver makes it of those that it was sent. */
  readonly ledgerKeysDigest: string;
}

/** Asks the ledger and the receiver. */
export async function findEffects(places: { databaseUrl: string; tenant: string; receiver: string }): Promise<Found> {
  const [keys, received, receivedBare] = await Promise.all([
    ledgerKeys(places.databaseUrl, places.tenant),
    receivedAt(places.receiver, '/file'),
    receivedAt(places.receiver, '/bare'),
  ]);
  const hash = createHash('sha256');
  for (const key of keys.toSorted()) hash.update(`${key}\n`);
  return { ledgerRows: keys.length, received, receivedBare, ledgerKeysDigest: hash.digest('hex') };
}

/**
 * Asks the receiver what arrived at a path.
 * @throws JobError `stack-failed` when it does not answer
 */
export async function receivedAt(receiver: string, path: string): Promise<Received> {
  const answer = await fetch(new URL(`/counts?path=${encodeURIComponent(path)}`, receiver));
  if (!answer.ok)
    throw new JobError(
      'stack-failed',
      `The benchmark's receiver answered ${answer.status} when it was asked for its counts.`,
    );
  return (await answer.json()) as Received;
}

async function ledgerKeys(databaseUrl: string, tenant: string): Promise<readonly string[]> {
  const database = new Database({ connectionString: databaseUrl });
  await database.connect();
  try {
    const sql = `select call_key from gate.call where tenant = $1 and state = 'committed'`;
    const { rows } = await database.query<{ call_key: string }>(sql, [tenant]);
    return rows.map(({ call_key: key }) => key);
  } finally {
    await database.end();
  }
}
