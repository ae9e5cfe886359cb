import type { Json } from '../domain/canonical.ts';
import type { BlobRef, RunId, Tenant } from '../domain/ids.ts';
import type { EndStatus, RunStatus, WaitingFor } from '../domain/run-view.ts';
import { callOf, type Database } from './database.ts';
import type { DecisionKind } from './decisions.ts';
import { oneLine } from './text.ts';

const NEXT_RUNS = callOf('next_quiet_runs', 4);
const TAKE_DECISIONS = callOf('take_decisions', 3);
const DROP_DECISION = callOf('drop_decision', 4);
const REPAIR = callOf('repair_run', 6);
const CLEAR_SETTLED = callOf('clear_settled_alarms', 0);
const PURGE = callOf('purge', 4);
const END = callOf('end_sweep', 2);
const MAX_SENTENCE = 1_000;

/** Which rows a sweep looks at. */
export interface SweepScope {
  /** Default: those of every tenant. */
  readonly tenant?: Tenant;
}

/** An open run that nothing was heard of for a while. */
export interface QuietRun {
  readonly tenant: Tenant;
  readonly runId: RunId;
  readonly job: string;
  readonly status: RunStatus | 'starting';
  readonly actor: string | undefined;
  readonly waitingFor: WaitingFor | undefined;
  readonly inputRef: BlobRef;
  readonly definition: BlobRef;
  /** How long ago, in milliseconds by the database's clock: the start, the last news, the last change of status. */
  readonly startedMs: number;
  readonly quietMs: number;
  readonly notedMs: number | undefined;
  /** The database's clock, in milliseconds since the epoch. */
  readonly nowMs: number;
}

/** A decision that did not arrive. */
export interface StoredDecision {
  readonly tenant: Tenant;
  readonly runId: RunId;
  readonly decisionId: string;
  readonly kind: DecisionKind;
  readonly name: string | undefined;
  readonly payload: Json;
  readonly actor: string | undefined;
  /** How often it was tried, this time included. */
  readonly tries: number;
}

/** How a run is ended whose Workflow has ended without it. */
export interface Repair {
  readonly tenant: Tenant;
  readonly runId: RunId;
  readonly status: EndStatus;
  readonly code?: string;
  readonly sentence?: string;
  readonly result?: BlobRef;
}

/** For how long what has expired is kept, in milliseconds. */
export interface Retention {
  readonly deliveryMs: number;
  readonly tokenMs: number;
  readonly alarmMs: number;
}

interface QuietRow {
  readonly of_tenant: Tenant;
  readonly run: RunId;
  readonly job_name: string;
  readonly is_status: QuietRun['status'];
  readonly by_actor: string | null;
  readonly waits: WaitingFor | null;
  readonly input: BlobRef;
  readonly pinned: BlobRef;
  readonly started_ms: number;
  readonly quiet_ms: number;
  readonly noted_ms: number | null;
  readonly now_ms: number;
}

interface TakenRow {
  readonly of_tenant: Tenant;
  readonly run: RunId;
  readonly id: string;
  readonly what: DecisionKind;
  readonly about: string | null;
  readonly given: Json;
  readonly given_by: string | null;
  readonly turn: number;
}

/** What the sweeps do in the database, with the client's login. */
export class SweepStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The next open runs that nothing was heard of for `quietMs`; each sweep goes on where the one before ended. */
  async quietRuns(
    { tenant }: SweepScope,
    { quietMs, limit }: { quietMs: number; limit: number },
  ): Promise<readonly QuietRun[]> {
    const rows = await this.#database.query<QuietRow>(NEXT_RUNS, [tenant ?? '', tenant ?? null, quietMs, limit]);
    return rows.map((row) => ({
      tenant: row.of_tenant,
      runId: row.run,
      job: row.job_name,
      status: row.is_status,
      actor: row.by_actor ?? undefined,
      waitingFor: row.waits ?? undefined,
      inputRef: row.input,
      definition: row.pinned,
      startedMs: row.started_ms,
      quietMs: row.quiet_ms,
      notedMs: row.noted_ms ?? undefined,
      nowMs: row.now_ms,
    }));
  }

  /** Decisions that did not arrive within `graceMs`, the oldest first, each reserved until its next try. */
  async takeDecisions(
    { tenant }: SweepScope,
    { graceMs, limit }: { graceMs: number; limit: number },
  ): Promise<readonly StoredDecision[]> {
    const rows = await this.#database.query<TakenRow>(TAKE_DECISIONS, [tenant ?? null, graceMs, limit]);
    return rows.map((row) => ({
      tenant: row.of_tenant,
      runId: row.run,
      decisionId: row.id,
      kind: row.what,
      name: row.about ?? undefined,
      payload: row.given,
      actor: row.given_by ?? undefined,
      tries: row.turn,
    }));
  }

  /** Gives a decision up, with the reason; `false` when it has arrived or was given up. */
  async dropDecision(decision: Pick<StoredDecision, 'tenant' | 'runId' | 'decisionId'>, why: string): Promise<boolean> {
    const { tenant, runId, decisionId } = decision;
    const values = [tenant, runId, decisionId, oneLine(why, MAX_SENTENCE)];
    const [row] = await this.#database.query<{ drop_decision: boolean }>(DROP_DECISION, values);
    return row?.drop_decision === true;
  }

  /** Ends the row of a run that Temporal has no longer; `false` when it has ended. */
  async repair({ tenant, runId, status, code, sentence, result }: Repair): Promise<boolean> {
    const said = sentence === undefined ? null : oneLine(sentence, MAX_SENTENCE);
    const values = [tenant, runId, status, code ?? null, said, result ?? null];
    const [row] = await this.#database.query<{ repair_run: boolean }>(REPAIR, values);
    return row?.repair_run === true;
  }

  /** Clears the alarms of which the tables say that they are over; answers how many. */
  async clearSettledAlarms(): Promise<number> {
    const [row] = await this.#database.query<{ clear_settled_alarms: number }>(CLEAR_SETTLED, []);
    return row?.clear_settled_alarms ?? 0;
  }

  /** Removes at most `limit` rows of each kind that has expired; answers how many. */
  async purge({ deliveryMs, tokenMs, alarmMs }: Retention, limit: number): Promise<number> {
    const [row] = await this.#database.query<{ purge: number }>(PURGE, [limit, deliveryMs, tokenMs, alarmMs]);
    return row?.purge ?? 0;
  }

  /** Writes that a sweep ended; answers how many calls and answers wait for a call worker. */
  async end({ tenant }: SweepScope): Promise<number> {
    const [row] = await this.#database.query<{ end_sweep: number }>(END, [tenant ?? '', tenant ?? null]);
    return row?.end_sweep ?? 0;
  }
}
