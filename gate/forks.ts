import { callKeyOf, digestOf, refOf } from '../domain/digest.ts';
import type { ForkEdits, ForkHanded } from '../domain/fork.ts';
import type { Digest, RunId, StepPath } from '../domain/ids.ts';
import type { Json } from '../domain/canonical.ts';
import type { NewRun } from '../domain/new-run.ts';
import { callOf, type Database, type Statement } from './database.ts';
import type { RunKey } from './runs.ts';

const ENTER = callOf('fork_run', 24);
const OF_RUN: Statement = {
  name: 'gate.forks_of',
  text: `select run_id, source, step, request, edits, handed, copied, actor, forked_at from gate.fork
    where tenant = $1 and run_id = $2
    union all
    select run_id, source, step, request, edits, handed, copied, actor, forked_at from gate.fork
    where tenant = $1 and source = $2 order by forked_at, run_id`,
};
const UNDELIVERED: Statement = {
  name: 'gate.fork_signals',
  text: `select decision_id, name, payload, actor from gate.decision
    where tenant = $1 and run_id = $2 and kind = 'signal' and copied_from is not null and delivered_at is null
    order by created_at, decision_id`,
};

/** A call as a fork takes it over. */
export interface CopiedCall {
  readonly from: StepPath;
  /** Its place in the fork: the same, but for what was read back several times. */
  readonly to: StepPath;
  /** What it came to instead; absent: what is recorded. */
  readonly result?: Json;
}

/** Which messages of an agent a fork takes over: those before `until`, without those at `left`. */
export interface CopiedTranscript {
  readonly agentPath: StepPath;
  readonly until: number;
  readonly left: readonly number[];
}

/** A fork to be entered, before Temporal is asked to start it. */
export interface NewFork extends NewRun {
  readonly source: RunId;
  /** The first step that is done anew; '' when all that is recorded is copied. */
  readonly step: string;
  /** The digest of all that was asked for: a request that is repeated asks for the same. */
  readonly request: Digest;
  readonly edits: ForkEdits;
  readonly handed: ForkHanded;
  readonly calls: readonly CopiedCall[];
  readonly transcripts: readonly CopiedTranscript[];
  /** The ids of the signals and answers that it begins with. */
  readonly decisions: readonly string[];
  readonly actor: string;
}

/** How a fork came to be. */
export interface ForkRow {
  readonly runId: RunId;
  readonly source: RunId;
  readonly step: string;
  readonly request: string;
  readonly edits: ForkEdits;
  readonly handed: ForkHanded;
  readonly copied: number;
  readonly actor: string;
  readonly forkedAt: Date;
}

/** A signal that a fork is still to be given. */
export interface CopiedSignal {
  readonly decisionId: string;
  readonly name: string;
  readonly payload: Json;
  readonly actor: string;
}

/** Enters a fork with what it begins with. `changed`: what it was to begin with is no longer as it was read, so read it again. */
export async function enterFork(database: Database, fork: NewFork): Promise<'entered' | 'there' | 'changed'> {
  const { tenant, runId, calls, transcripts } = fork;
  const inputDigest = digestOf(fork.input);
  const left = transcripts.flatMap(({ agentPath, left: places }) => places.map((seq) => ({ agentPath, seq })));
  const [row] = await database.query<{ fork_run: 'entered' | 'there' | 'changed' }>(ENTER, [
    tenant,
    runId,
    fork.job,
    fork.version,
    refOf(digestOf(fork.definition)),
    Buffer.from(fork.definition),
    refOf(inputDigest),
    Buffer.from(fork.input),
    inputDigest,
    fork.actor,
    fork.source,
    fork.step,
    fork.request,
    JSON.stringify(fork.edits),
    JSON.stringify(fork.handed),
    calls.map(({ from }) => from),
    calls.map(({ to }) => to),
    calls.map(({ to: stepPath }) => callKeyOf({ tenant, runId, stepPath })),
    calls.map(({ result }) => (result === undefined ? null : JSON.stringify(result))),
    transcripts.map(({ agentPath }) => agentPath),
    transcripts.map(({ until }) => until),
    left.map(({ agentPath }) => agentPath),
    left.map(({ seq }) => seq),
    [...fork.decisions],
  ]);
  return row?.fork_run ?? 'changed';
}

/** The fork that a run is, if it is one, and those that were made of it, the oldest first. */
export async function forksOf(database: Database, { tenant, runId }: RunKey): Promise<readonly ForkRow[]> {
  const rows = await database.query<Omit<ForkRow, 'runId' | 'forkedAt'> & { run_id: RunId; forked_at: Date }>(OF_RUN, [
    tenant,
    runId,
  ]);
  return rows.map(({ run_id, forked_at, ...fork }) => ({ ...fork, runId: run_id, forkedAt: forked_at }));
}

/** The signals of the first run's record that a fork was not given yet, in their order. */
export async function copiedSignals(database: Database, { tenant, runId }: RunKey): Promise<readonly CopiedSignal[]> {
  const rows = await database.query<{ decision_id: string; name: string; payload: Json; actor: string }>(UNDELIVERED, [
    tenant,
    runId,
  ]);
  return rows.map(({ decision_id: decisionId, ...signal }) => ({ ...signal, decisionId }));
}
