import { Kysely, PostgresDialect } from 'kysely';
import type { Alarm, ALL_TENANTS } from '../domain/alarm.ts';
import { JobError } from '../domain/errors.ts';
import type { BlobRef, RunId, Tenant } from '../domain/ids.ts';
import type { NewRun } from '../domain/new-run.ts';
import { type AlarmPlace, clearAlarm, lastSweep, openAlarms, raiseAlarm } from './alarms.ts';
import { getBlob, putBlob, type StoredBlob } from './blobs.ts';
import type { NewBlob } from './call.ts';
import { Database, isOutage } from './database.ts';
import { type DecisionRow, insertDecision, markDelivered, type NewDecision } from './decisions.ts';
import {
  type DeliveryPlace,
  type EarlierDelivery,
  type NewDelivery,
  settleDelivery,
  takeDelivery,
} from './deliveries.ts';
import { type EnteredRun, RunEntry } from './enter-run.ts';
import { type EarlierEffect, forkCollisions } from './fork-collisions.ts';
import { runRecord, type RunRecord } from './fork-record.ts';
import { copiedSignals, type CopiedSignal, enterFork, type ForkRow, forksOf, type NewFork } from './forks.ts';
import { listRuns, type RunQuery } from './list-runs.ts';
import { type OnceThing, takeOnce } from './once.ts';
import { type LedgerEntry, runLedger } from './run-ledger.ts';
import type { RunTables } from './run-tables.ts';
import { findRun, markStarted, markStartFailed, type RunRow } from './runs.ts';
import { SweepStore } from './sweep-store.ts';
import { type TimelinePage, type TimelinePosition, timelineSince } from './timeline.ts';
import {
  issueToken,
  listTokens,
  type NewToken,
  revokeToken,
  type TokenRevocation,
  type TokenRow,
  useToken,
} from './tokens.ts';

export type { EarlierDelivery, NewDelivery } from './deliveries.ts';
export type { EarlierEffect } from './fork-collisions.ts';
export type { RecordedCall, RunRecord } from './fork-record.ts';
export type { CopiedCall, CopiedTranscript, ForkRow } from './forks.ts';
export type { LedgerEntry } from './run-ledger.ts';
export type { QuietRun, Repair, Retention, StoredDecision, SweepScope } from './sweep-store.ts';
export type { RunRow } from './runs.ts';
export type { TimelinePage, TimelinePosition } from './timeline.ts';
export type { NewToken, TokenRow } from './tokens.ts';

const DEFAULT_POOL_SIZE = 4;
const TIMEOUT_MS = 5_000;
const MOST_ALARMS = 500;

/** What a client store is opened with. */
export interface ClientStoreOptions {
  /** The gate's database, with the login `holdfast_client`. */
  readonly databaseUrl: string;
  /** Default 4. */
  readonly poolSize?: number;
}

/** The gate's database as those have it who start, steer and show runs. */
export interface ClientStore {
  readonly blobs: {
    /** @throws JobError `corrupt-blob` when it is missing or was altered */
    get(tenant: Tenant, ref: BlobRef): Promise<StoredBlob>;
    put(tenant: Tenant, blob: NewBlob): Promise<BlobRef>;
  };
  readonly runs: {
    /** Enters a run with its definition and its input, or answers the one that is there. */
    enter(run: NewRun): Promise<EnteredRun>;
    /** `false` when it is further already. */
    markStarted(tenant: Tenant, runId: RunId): Promise<boolean>;
    /** Writes why a start failed; the run stays `starting`. */
    markStartFailed(
      tenant: Tenant,
      runId: RunId,
      why: { readonly code: string; readonly sentence: string },
    ): Promise<boolean>;
    find(tenant: Tenant, runId: RunId): Promise<RunRow | undefined>;
    /** The newest first. */
    list(query: RunQuery): Promise<readonly RunRow[]>;
    /** Every call of a run, in the order in which they were first claimed. */
    ledger(tenant: Tenant, runId: RunId): Promise<readonly LedgerEntry[]>;
  };
  readonly forks: {
    /** What stands in a run's record before a step; `undefined` when nothing is recorded of that step. */
    record(tenant: Tenant, runId: RunId, step: string): Promise<RunRecord | undefined>;
    /** Effects of a run, of those it was forked from and of their forks, that a fork may ask for again. */
    collisions(tenant: Tenant, runId: RunId, copied: readonly string[]): Promise<readonly EarlierEffect[]>;
    /** Enters a fork with what it begins with; `changed`: read the record again. */
    enter(fork: NewFork): Promise<'entered' | 'there' | 'changed'>;
    /** The fork that a run is, and those that were made of it. */
    of(tenant: Tenant, runId: RunId): Promise<readonly ForkRow[]>;
    /** The copied signals that a fork was not given yet. */
    signals(tenant: Tenant, runId: RunId): Promise<readonly CopiedSignal[]>;
  };
  readonly decisions: {
    /** Stores a decision, or answers the one that is there under its id. */
    insert(decision: NewDecision): Promise<{ readonly row: DecisionRow; readonly inserted: boolean }>;
    /** `false` when that is known already. */
    markDelivered(tenant: Tenant, runId: RunId, decisionId: string): Promise<boolean>;
  };
  readonly timeline: {
    /** What happened in these runs since these positions, one page for each. */
    since(positions: readonly TimelinePosition[], limit?: number): Promise<readonly TimelinePage[]>;
  };
  readonly tokens: {
    /** @throws JobError `invalid-input` when a field is out of bounds, `conflict` when its id is that of another token */
    issue(token: NewToken): Promise<TokenRow>;
    /** Whatever its state; who asks compares digest and state. */
    use(tenant: Tenant, tokenId: string): Promise<TokenRow | undefined>;
    /** The newest first, also those that count no more. */
    list(tenant: Tenant, principal?: string): Promise<readonly TokenRow[]>;
    /** `false` when the tenant has none of this id. */
    revoke(revocation: TokenRevocation): Promise<boolean>;
  };
  readonly once: {
    /** `false` when it was taken before, or is over. */
    take(thing: OnceThing): Promise<boolean>;
  };
  readonly deliveries: {
    /** `new`, or what became of the message when it came in before. */
    take(delivery: NewDelivery): Promise<'new' | EarlierDelivery>;
    /** Writes which run a message started; `false` when it is not there, or started another one. */
    settle(settled: DeliveryPlace & { readonly runId: RunId }): Promise<boolean>;
  };
  readonly alarms: {
    /** Those that are open, the newest first, with those that concern all tenants; at most `limit`, default 500. */
    open(filter: { tenant?: Tenant | typeof ALL_TENANTS; runId?: RunId; limit?: number }): Promise<readonly Alarm[]>;
    /** `true` when it was not open before. */
    raise(alarm: Omit<Alarm, 'raisedAt' | 'seenAt'>): Promise<boolean>;
    /** `false` when it was not open. */
    clear(place: AlarmPlace): Promise<boolean>;
    /** When a sweep ended last. */
    sweptAt(): Promise<Date | undefined>;
  };
  /** What the sweeps do here. */
  readonly sweep: SweepStore;
  /** What the database's clock says. */
  now(): Promise<Date>;
  close(): Promise<void>;
}

/**
 * Opens the gate's database with the login `holdfast_client`.
 * @throws JobError `stack-failed` when it cannot be reached, `invalid-config` when it does not let the login in
 */
export async function openClientStore(options: ClientStoreOptions): Promise<ClientStore> {
  const { databaseUrl: url, poolSize = DEFAULT_POOL_SIZE } = options;
  const database = new Database({ url, label: 'client', poolSize, timeoutMs: TIMEOUT_MS });
  await greet(database);
  const runs = new Kysely<RunTables>({ dialect: new PostgresDialect({ pool: database.pool }) });
  const entry = new RunEntry(database, (run) => findRun(database, run));
  return {
    blobs: {
      get: (tenant, ref) => getBlob(database, tenant, ref),
      put: (tenant, blob) => putBlob(database, tenant, blob),
    },
    runs: {
      enter: (run) => entry.enter(run),
      markStarted: (tenant, runId) => markStarted(database, { tenant, runId }),
      markStartFailed: (tenant, runId, why) => markStartFailed(database, { tenant, runId, ...why }),
      find: (tenant, runId) => findRun(database, { tenant, runId }),
      list: (query) => listRuns(runs, query),
      ledger: (tenant, runId) => runLedger(database, { tenant, runId }),
    },
    forks: {
      record: (tenant, runId, step) => runRecord(database, { tenant, runId, step }),
      collisions: (tenant, runId, copied) => forkCollisions(database, { tenant, runId, copied }),
      enter: (fork) => enterFork(database, fork),
      of: (tenant, runId) => forksOf(database, { tenant, runId }),
      signals: (tenant, runId) => copiedSignals(database, { tenant, runId }),
    },
    decisions: {
      insert: (decision) => insertDecision(database, decision),
      markDelivered: (tenant, runId, decisionId) => markDelivered(database, { tenant, runId, decisionId }),
    },
    timeline: { since: (positions, limit) => timelineSince(database, positions, limit) },
    tokens: {
      issue: (token) => issueToken(database, token),
      use: (tenant, tokenId) => useToken(database, tenant, tokenId),
      list: (tenant, principal) => listTokens(database, tenant, principal),
      revoke: (revocation) => revokeToken(database, revocation),
    },
    once: { take: (thing) => takeOnce(database, thing) },
    deliveries: {
      take: (delivery) => takeDelivery(database, delivery),
      settle: (settled) => settleDelivery(database, settled),
    },
    alarms: alarmsIn(database),
    sweep: new SweepStore(database),
    now: () => clockOf(database),
    close: () => database.close(),
  };
}

async function clockOf(database: Database): Promise<Date> {
  const [row] = await database.query<{ now: Date }>({ name: 'gate.now', text: 'select clock_timestamp() as now' }, []);
  if (row === undefined) throw new JobError('internal', "The gate's database did not tell the time.");
  return row.now;
}

async function greet(database: Database): Promise<void> {
  try {
    await database.query({ name: 'gate.greet', text: 'select 1' }, []);
  } catch (error) {
    await database.close();
    if (!isOutage(error)) throw error;
    throw new JobError('stack-failed', "The gate's database does not answer; start it, or correct its address.", {
      cause: error,
    });
  }
}

function alarmsIn(database: Database): ClientStore['alarms'] {
  return {
    open: ({ limit = MOST_ALARMS, ...filter }) => openAlarms(database, { ...filter, limit }),
    raise: (alarm) => raiseAlarm(database, alarm),
    clear: (place) => clearAlarm(database, place),
    sweptAt: () => lastSweep(database),
  };
}
