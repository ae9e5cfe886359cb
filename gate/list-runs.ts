import { type Kysely, type Selectable, type SelectQueryBuilder, sql } from 'kysely';
import type { RunId, Tenant } from '../domain/ids.ts';
import type { RunStatus, WaitingFor } from '../domain/run-view.ts';
import type { RunTable, RunTables } from './run-tables.ts';
import { translated } from './database.ts';
import { type RunRow, runRowOf } from './runs.ts';

const DEFAULT_PAGE = 50;
const MAX_PAGE = 500;

/** Which runs to list: the newest first. What is absent filters nothing. */
export interface RunQuery {
  readonly tenant: Tenant;
  readonly status?: RunStatus | 'starting';
  readonly job?: string;
  /** Who started it. */
  readonly actor?: string;
  /** What it waits for, also while it is paused. */
  readonly waitingFor?: WaitingFor['kind'];
  /** Started at this millisecond or later. */
  readonly startedAfter?: Date;
  /** Started before this millisecond, and not in it: spans that follow each other share no run. */
  readonly startedBefore?: Date;
  /** The last run of the page before. */
  readonly after?: { readonly startedAt: Date; readonly runId: RunId };
  /** 1 to 500, default 50. */
  readonly limit?: number;
}

type Page = SelectQueryBuilder<RunTables, 'gate.run', Selectable<RunTable>>;

/**
 * Runs, the newest first; the next page begins after the last one of this, so that runs which are added meanwhile shift none.
 * Status, job, actor and time are each an index that is read in this order, for as long as the page.
 */
export async function listRuns(runs: Kysely<RunTables>, query: RunQuery): Promise<readonly RunRow[]> {
  const { limit = DEFAULT_PAGE } = query;
  const size = Math.min(Math.max(Math.trunc(limit), 1), MAX_PAGE);
  const filtered = sorted(filteredBy(query, runs.selectFrom('gate.run').selectAll()), size);
  const [first, ...others] = statusesOf(query).map((status) => filtered.where('status', '=', status));
  if (first === undefined) return rowsOf(filtered);
  if (others.length === 0) return rowsOf(first);
  // Of each status a page in its order: one condition for several would have all of them read and sorted.
  let pages = runs.selectFrom(first.as('page')).selectAll();
  for (const other of others) pages = pages.unionAll(runs.selectFrom(other.as('page')).selectAll());
  return rowsOf(
    runs.selectFrom(pages.as('run')).selectAll().orderBy('started_at', 'desc').orderBy('run_id', 'desc').limit(size),
  );
}

function filteredBy({ tenant, job, actor, waitingFor, startedAfter, startedBefore, after }: RunQuery, all: Page): Page {
  let page = all.where('tenant', '=', tenant);
  if (job !== undefined) page = page.where('job', '=', job);
  if (actor !== undefined) page = page.where('actor', '=', actor);
  if (waitingFor !== undefined) page = page.where(sql<string>`waiting_for ->> 'kind'`, '=', waitingFor);
  if (startedAfter !== undefined) page = page.where('started_at', '>=', startedAfter);
  if (startedBefore !== undefined) page = page.where('started_at', '<', startedBefore);
  if (after !== undefined) page = page.where(sql<boolean>`(started_at, run_id) < (${after.startedAt}, ${after.runId})`);
  return page;
}

function sorted(page: Page, size: number): Page {
  return page.orderBy('started_at', 'desc').orderBy('run_id', 'desc').limit(size);
}

// What is being started shows as running; only what is waiting or paused waits for anything.
function statusesOf({ status, waitingFor }: RunQuery): readonly NonNullable<RunQuery['status']>[] {
  if (status === 'running') return ['running', 'starting'];
  if (status !== undefined) return [status];
  return waitingFor === undefined ? [] : ['waiting', 'paused'];
}

async function rowsOf(query: { execute(): Promise<Selectable<RunTable>[]> }): Promise<readonly RunRow[]> {
  const rows = await query.execute().catch((error: unknown) => {
    throw translated(error);
  });
  return rows.map(runRowOf);
}
