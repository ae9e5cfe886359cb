import type { Pool } from 'pg';

/** A call that arrived whole, whatever came of it. */
export interface ReceivedCall {
  readonly tenant: string;
  readonly method: string;
  readonly path: string;
  readonly key: string | null;
}

interface CallRow {
  readonly method: string;
  readonly path: string;
  readonly key: string | null;
  readonly received_at: Date;
}

/** Writes a call down before anything is done about it. */
export async function logCall(pool: Pool, { tenant, method, path, key }: ReceivedCall): Promise<void> {
  await pool.query('insert into call (tenant, method, path, key) values ($1, $2, $3, $4)', [tenant, method, path, key]);
}

/** Every call that was received for a tenant, oldest first. */
export async function findCalls(pool: Pool, tenant: string): Promise<readonly unknown[]> {
  const { rows } = await pool.query<CallRow>(
    'select method, path, key, received_at from call where tenant = $1 order by id',
    [tenant],
  );
  return rows.map(({ received_at: at, ...call }) => ({ ...call, at: at.toISOString() }));
}
