import { JobError } from '../domain/errors.ts';
import { DEFAULT_TENANT, parseRunId, type Tenant } from '../domain/ids.ts';
import { RUN_STATUSES, type RunStatus } from '../domain/run-view.ts';
import type { ClientParts } from './client.ts';
import { listedRun } from './run-row.ts';
import type { ListedRun } from './seen-run.ts';

/** Which runs to list. */
export interface ListOptions {
  /** Default `default`. */
  readonly tenant?: Tenant;
  readonly status?: RunStatus;
  readonly job?: string;
  /** 1 to 500, default 50. */
  readonly limit?: number;
  /** The last run of the page before. */
  readonly after?: { readonly startedAt: Date; readonly runId: string };
}

/** Runs of a tenant, newest first. */
export async function listRuns(parts: ClientParts, options: ListOptions): Promise<readonly ListedRun[]> {
  const { tenant = DEFAULT_TENANT, limit = 50, after, ...filters } = options;
  const { status } = filters;
  if (status !== undefined && !RUN_STATUSES.includes(status))
    throw new JobError(
      'invalid-input',
      `No run has the status "${String(status)}"; there are ${RUN_STATUSES.join(', ')}.`,
    );
  const page = after === undefined ? {} : { after: { startedAt: after.startedAt, runId: parseRunId(after.runId) } };
  const rows = await parts.store.runs.list({ tenant, limit, ...filters, ...page });
  return rows.map(listedRun);
}
