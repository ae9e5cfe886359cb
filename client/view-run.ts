import { DEFAULT_TENANT, parseRunId, type RunId, type Tenant } from '../domain/ids.ts';
import type { RunView } from '../domain/run-view.ts';
import { runViewQuery } from '../workflows/messages.ts';
import { blockedBy } from './blocked-by.ts';
import type { ClientParts } from './client.ts';
import { listedRun, runRow } from './run-row.ts';
import type { SeenRun } from './seen-run.ts';

const QUERY_TIMEOUT_MS = 2_000;
const MOST_ALARMS = 10;

/** How a run is seen. */
export interface ViewOptions {
  /** Default `default`. */
  readonly tenant?: Tenant;
  /** Whether an open run is asked itself, which may take 2 s; default true. */
  readonly live?: boolean;
}

/**
 * What a run is doing: the projection, and for an open run its own answer on top. A run that is blocked, or that no
 * worker answers for, says so.
 * @throws JobError `unknown-run`
 */
export async function viewRun(parts: ClientParts, runId: string, options: ViewOptions): Promise<SeenRun> {
  const { tenant = DEFAULT_TENANT, live = true } = options;
  const id = parseRunId(runId);
  const [row, alarms] = await Promise.all([runRow(parts, tenant, id), alarmsOf(parts, tenant, id)]);
  const listed = { ...listedRun(row), ...alarms };
  if (row.closedAt !== undefined) return { ...listed, live: true, ageMs: 0 };
  if (row.status === 'starting' && row.endSentence !== undefined) {
    return { ...listed, blocked: { error: row.endSentence, attempts: 1 }, live: false, ageMs: ageOf(row) };
  }
  if (!live) return { ...listed, live: false, ageMs: ageOf(row) };
  const [answer, blocked] = await Promise.all([ask(parts, id), blockedBy(parts, id)]);
  const shown = blocked === undefined ? {} : { blocked };
  if (answer === undefined) return { ...listed, ...shown, live: false, ageMs: ageOf(row) };
  const { waitingFor: _, ...rest } = listed;
  const { inParts, ...own } = answer;
  // Every claim notes its step, also in a part of the run, which tells the run of its turns only now and then.
  const step = own.step === '' || inParts ? listed.step : own.step;
  const turns = inParts ? Math.max(own.turns, listed.turns) : own.turns;
  return { ...rest, ...own, step, turns, ...shown, live: true, ageMs: 0 };
}

async function alarmsOf(parts: ClientParts, tenant: Tenant, runId: RunId): Promise<Pick<SeenRun, 'alarms'>> {
  const open = await parts.store.alarms.open({ tenant, runId, limit: MOST_ALARMS });
  if (open.length === 0) return {};
  return { alarms: open.map(({ kind, sentence, raisedAt }) => ({ kind, sentence, raisedAt })) };
}

function ageOf(row: { updatedAt: Date }): number {
  return Math.max(0, Date.now() - row.updatedAt.getTime());
}

// A run whose code fails cannot answer either; that is no error of whoever asks.
async function ask(parts: ClientParts, runId: RunId): Promise<(RunView & { inParts?: true }) | undefined> {
  try {
    return await parts.workflows.withDeadline(Date.now() + QUERY_TIMEOUT_MS, () =>
      parts.workflows.workflow.getHandle(runId).query(runViewQuery),
    );
  } catch {
    return undefined;
  }
}
