import type { Json } from '../domain/canonical.ts';
import type { Effect } from '../domain/effects.ts';
import type { StepPath } from '../domain/ids.ts';
import type { Database, Statement } from './database.ts';
import type { CallState } from './ledger.ts';
import type { RunKey } from './runs.ts';

// Moments are compared here, where they are exact to the microsecond. A wait has no call: it begins with the note that shows it,
// at the latest, and its own `since` is by the clock of Temporal's server.
const BOUNDARY = `select case when $3 = '' then 'infinity'::timestamptz else coalesce(
    (select min(c.claimed_at) from gate.call c
      where c.tenant = $1 and c.run_id = $2 and (c.step_path = $3 or starts_with(c.step_path, $3 || '/'))),
    (select min(least(n.noted_at, to_timestamp((n.waiting_for ->> 'since')::float8 / 1000))) from gate.run_note n
      where n.tenant = $1 and n.run_id = $2 and $3 = case n.waiting_for ->> 'kind'
        when 'signal' then 'wait/' when 'time' then 'sleep/' end || (n.waiting_for ->> 'name'))
  ) end as at`;

const CALLS: Statement = {
  name: 'gate.fork_calls',
  text: `with boundary as (${BOUNDARY})
    select c.step_path, c.name, c.effect, c.state, c.result, c.claimed_at, c.claimed_at < b.at as began,
      c.state not in ('claimed', 'sent') and c.settled_at <= b.at and c.claimed_at < b.at as settled
    from gate.call c, boundary b where c.tenant = $1 and c.run_id = $2 order by c.claimed_at, c.step_path`,
};
const DECISIONS: Statement = {
  name: 'gate.fork_decisions',
  text: `with boundary as (${BOUNDARY})
    select d.decision_id, d.kind, d.name, d.payload, d.actor, d.created_at from gate.decision d, boundary b
    where d.tenant = $1 and d.run_id = $2 and d.kind in ('signal', 'answer') and d.delivered_at is not null and d.created_at <= b.at
    order by d.created_at, d.decision_id`,
};
const SLEEPS: Statement = {
  name: 'gate.fork_sleeps',
  // A fork has not slept again what it was handed, so that no note of its own tells of it.
  text: `with boundary as (${BOUNDARY}), noted as (
      select distinct on (n.waiting_for ->> 'name', n.waiting_for ->> 'since') n.note_id, n.waiting_for from gate.run_note n
      where n.tenant = $1 and n.run_id = $2 and n.waiting_for ->> 'kind' = 'time'
      order by n.waiting_for ->> 'name', n.waiting_for ->> 'since', n.note_id
    ), slept as (
      select 0 as note_id, d.place, s.name, d.deadline::float8 from gate.fork f
        cross join lateral json_each(f.handed -> 'sleeps') as s (name, deadlines)
        cross join lateral json_array_elements_text(s.deadlines) with ordinality as d (deadline, place)
        where f.tenant = $1 and f.run_id = $2
      union all
      select n.note_id, 1, n.waiting_for ->> 'name', (n.waiting_for ->> 'deadline')::float8 from noted n
    )
    select s.name, s.deadline from slept s, boundary b
    where to_timestamp(s.deadline / 1000) <= least(b.at, clock_timestamp()) order by s.note_id, s.place`,
};
const FOUND: Statement = { name: 'gate.fork_boundary', text: `select (${BOUNDARY}) is not null as found` };

/** A call in the record of a run, and where it stood when the step was first claimed that a fork is to do anew. */
export interface RecordedCall {
  readonly stepPath: StepPath;
  readonly name: string;
  readonly effect: Effect;
  readonly state: CallState;
  readonly result: Json;
  readonly claimedAt: Date;
  /** Whether it had been claimed by then. */
  readonly began: boolean;
  /** Whether it had been settled by then. */
  readonly settled: boolean;
}

/** A decision that had been made and reached the run by then. */
export interface RecordedDecision {
  readonly decisionId: string;
  readonly kind: 'signal' | 'answer';
  readonly name: string;
  readonly payload: Json;
  readonly actor: string;
  readonly createdAt: Date;
}

/** What a fork of a run may begin with. */
export interface RunRecord {
  /** Every call of the run, in the order in which they were first claimed. */
  readonly calls: readonly RecordedCall[];
  readonly decisions: readonly RecordedDecision[];
  /** The sleeps that were over, in their order. */
  readonly sleeps: readonly { readonly name: string; readonly deadline: number }[];
}

interface CallRow {
  readonly step_path: StepPath;
  readonly name: string;
  readonly effect: Effect;
  readonly state: CallState;
  readonly result: Json;
  readonly claimed_at: Date;
  readonly began: boolean;
  readonly settled: boolean;
}

interface DecisionRow {
  readonly decision_id: string;
  readonly kind: 'signal' | 'answer';
  readonly name: string | null;
  readonly payload: Json;
  readonly actor: string | null;
  readonly created_at: Date;
}

/**
 * What stands in the record of a run before a step: a step path whose first call, or whose calls below it, mark the moment; `wait/NAME`
 * and `sleep/NAME` mark where the run first waited so; '' is the end of the record. `undefined`: nothing is recorded of that step.
 */
export async function runRecord(
  database: Database,
  { tenant, runId, step }: RunKey & { readonly step: string },
): Promise<RunRecord | undefined> {
  const values = [tenant, runId, step];
  const [boundary] = await database.query<{ found: boolean }>(FOUND, values);
  if (boundary?.found !== true) return undefined;
  const [calls, decisions, sleeps] = await Promise.all([
    database.query<CallRow>(CALLS, values),
    database.query<DecisionRow>(DECISIONS, values),
    database.query<RunRecord['sleeps'][number]>(SLEEPS, values),
  ]);
  return {
    calls: calls.map(({ step_path: stepPath, claimed_at: claimedAt, ...call }) => ({ ...call, stepPath, claimedAt })),
    decisions: decisions.map((row) => ({
      decisionId: row.decision_id,
      kind: row.kind,
      name: row.name ?? '',
      payload: row.payload,
      actor: row.actor ?? '',
      createdAt: row.created_at,
    })),
    sleeps,
  };
}
