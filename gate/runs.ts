import type { Selectable } from 'kysely';
import type { BlobRef, Digest, RunId, Tenant } from '../domain/ids.ts';
import type { RunStatus, WaitingFor } from '../domain/run-view.ts';
import { callOf, type Database } from './database.ts';
import type { RunTable } from './run-tables.ts';
import { oneLine } from './text.ts';

const MARK_STARTED = callOf('mark_started', 2);
const MARK_START_FAILED = callOf('mark_start_failed', 4);
// Every worker asks for one run: of a query builder it would load 250 modules for this statement alone. The columns are named,
// since a prepared `*` fails once a later version has added one.
const FIND = {
  name: 'gate.find_run',
  text: `select tenant, run_id, job, version, definition, input_ref, input_digest, status, step, waiting_for, turns,
      model_calls, input_tokens, output_tokens, last_outcome, model, end_code, end_sentence, result_ref, actor, parent_run,
      started_at, updated_at, closed_at
    from gate.run where tenant = $1 and run_id = $2`,
};
const MAX_SENTENCE = 1_000;

/** One run of the projection. */
export interface RunRow {
  readonly tenant: Tenant;
  readonly runId: RunId;
  readonly job: string;
  readonly version: number;
  readonly definition: BlobRef;
  readonly inputRef: BlobRef;
  readonly inputDigest: Digest;
  readonly status: RunStatus | 'starting';
  readonly step: string | undefined;
  readonly waitingFor: WaitingFor | undefined;
  readonly turns: number;
  readonly modelCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly lastOutcome: string | undefined;
  /** The model's name as the endpoint last reported it. */
  readonly model: string | undefined;
  /** How it ended; of a run that is still starting, why the last start failed. */
  readonly endCode: string | undefined;
  readonly endSentence: string | undefined;
  /** The blob of what it ended with. */
  readonly result: BlobRef | undefined;
  readonly actor: string | undefined;
  /** The run that asked for it, where one did. */
  readonly parentRun: RunId | undefined;
  readonly startedAt: Date;
  readonly updatedAt: Date;
  readonly closedAt: Date | undefined;
}

/** What tells one run from all others. */
export interface RunKey {
  readonly tenant: Tenant;
  readonly runId: RunId;
}

/** Writes that Temporal runs it; `false` when it is further already. */
export async function markStarted(database: Database, run: RunKey): Promise<boolean> {
  const [row] = await database.query<{ mark_started: boolean }>(MARK_STARTED, [run.tenant, run.runId]);
  return row?.mark_started === true;
}

/** Writes why a start failed; the run stays `starting`, and the next start of the same identity takes it further. */
export async function markStartFailed(
  database: Database,
  failed: RunKey & { readonly code: string; readonly sentence: string },
): Promise<boolean> {
  const values = [failed.tenant, failed.runId, failed.code, oneLine(failed.sentence, MAX_SENTENCE)];
  const [row] = await database.query<{ mark_start_failed: boolean }>(MARK_START_FAILED, values);
  return row?.mark_start_failed === true;
}

/** One run, or `undefined` when the tenant has none of this id. */
export async function findRun(database: Database, run: RunKey): Promise<RunRow | undefined> {
  const [row] = await database.query<Selectable<RunTable>>(FIND, [run.tenant, run.runId]);
  return row === undefined ? undefined : runRowOf(row);
}

/** A row of the table as the code has it. */
export function runRowOf(row: Selectable<RunTable>): RunRow {
  return {
    tenant: row.tenant as Tenant,
    runId: row.run_id as RunId,
    job: row.job,
    version: row.version,
    definition: row.definition as BlobRef,
    inputRef: row.input_ref as BlobRef,
    inputDigest: row.input_digest as Digest,
    status: row.status as RunRow['status'],
    step: row.step ?? undefined,
    waitingFor: (row.waiting_for as WaitingFor | null) ?? undefined,
    turns: row.turns,
    modelCalls: row.model_calls,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    lastOutcome: row.last_outcome ?? undefined,
    model: row.model ?? undefined,
    endCode: row.end_code ?? undefined,
    endSentence: row.end_sentence ?? undefined,
    result: (row.result_ref as BlobRef | null) ?? undefined,
    actor: row.actor ?? undefined,
    parentRun: (row.parent_run as RunId | null) ?? undefined,
    startedAt: row.started_at,
    updatedAt: row.updated_at,
    closedAt: row.closed_at ?? undefined,
  };
}
