import { Client as Database } from 'pg';
import type { Tenant } from '../../client/index.ts';

/** Runs by their status. */
export type RunCounts = Readonly<Record<string, number>>;

/** How many runs of a tenant have each status; `undefined` while the database does not answer. */
export async function runCounts(databaseUrl: string, tenant: Tenant): Promise<RunCounts | undefined> {
  const database = new Database({ connectionString: databaseUrl });
  // It may be killed while it is asked.
  database.on('error', () => undefined);
  try {
    await database.connect();
    const sql = 'select status, count(*)::int as runs from gate.run where tenant = $1 group by status';
    const { rows } = await database.query<{ status: string; runs: number }>(sql, [tenant]);
    return Object.fromEntries(rows.map(({ status, runs }) => [status, runs]));
  } catch {
    return undefined;
  } finally {
    await database.end().catch(() => undefined);
  }
}
