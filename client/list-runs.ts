import { JobError } from '../domain/errors.ts';
import { DEFAULT_TENANT, parseRunId, type Tenant } from '../domain/ids.ts';
import { RUN_STATUSES, type RunStatus, WAIT_KINDS, type WaitingFor } from '../domain/run-view.ts';
import type { ClientParts } from './client.ts';
import { listedRun } from './run-row.ts';
import type { ListedRun } from './seen-run.ts';

/** Which runs to list. What is absent filters nothing. */
export interface ListOptions {
  /** Default `default`. */
  readonly tenant?: Tenant;
  readonly status?: RunStatus;
  readonly job?: string;
  /** Who started it. */
  readonly actor?: string;
  /** What it waits for, also while it is paused. */
  readonly waitingFor?: WaitingFor['kind'];
  /** Started at this millisecond or later. */
  readonly startedAfter?: Date;
  /** Started before this millisecond, and not in it: spans that follow each other share no run. */
  readonly startedBefore?: Date;
  /** 1 to 500, default 50. */
  readonly limit?: number;
  /** The last run of the page before. */
  readonly after?: { readonly startedAt: Date; readonly runId: string };
}

/**
 * Runs of a tenant, newest first. Going on after the last run of a page shifts none by those that are started meanwhile.
 * @throws JobError `invalid-input` when a filter names what no run has, or a time that is none
 */
export async function listRuns(parts: ClientParts, options: ListOptions): Promise<readonly ListedRun[]> {
  const { tenant = DEFAULT_TENANT, limit = 50, after, ...filters } = options;
  const complaint = complaintAbout(options);
  if (complaint !== undefined) throw new JobError('invalid-input', complaint);
  const page = after === undefined ? {} : { after: { startedAt: after.startedAt, runId: parseRunId(after.runId) } };
  const rows = await parts.store.runs.list({ tenant, limit, ...filters, ...page });
  return rows.map(listedRun);
}

function complaintAbout({ status, waitingFor, startedAfter, startedBefore, after }: ListOptions): string | undefined {
  if (status !== undefined && !RUN_STATUSES.includes(status))
    return `No run has the status "${String(status)}"; there are ${RUN_STATUSES.join(', ')}.`;
  if (waitingFor !== undefined && !WAIT_KINDS.includes(waitingFor))
    return `No run waits for "${String(waitingFor)}"; there are ${WAIT_KINDS.join(', ')}.`;
  const times = { startedAfter, startedBefore, 'after.startedAt': after?.startedAt };
  const [none] = Object.entries(times).find(([, time]) => time !== undefined && !isOfOurTime(time)) ?? [];
  return none === undefined ? undefined : `The time ${none} is none; give a date such as 2026-01-31T12:00:00Z.`;
}

// What is no date has no year; the database knows fewer years than a date can have.
function isOfOurTime(time: Date): boolean {
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9_999;
}
