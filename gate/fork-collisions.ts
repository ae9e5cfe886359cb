import { MOST_EARLIER_EFFECTS } from '../domain/fork.ts';
import type { StepPath } from '../domain/ids.ts';
import type { Database, Statement } from './database.ts';
import type { CallState } from './ledger.ts';
import type { RunKey } from './runs.ts';

// What an effect without an identity did may be done again under another key: nothing but its own key stands in the way. The limit
// is one of each kind, since whoever forks allows each apart: many of one must not hide the other.
const READ: Statement = {
  name: 'gate.fork_collisions',
  text: `with first as (
      select coalesce((select f.root from gate.fork f where f.tenant = $1 and f.run_id = $2), $2) as root
    ), family as (
      select root as run_id from first union select f.run_id from gate.fork f, first where f.tenant = $1 and f.root = first.root
    )
    select run_id, step_path, name, state, has_identity from (
      select c.run_id, c.step_path, c.name, c.state, c.claimed_at, c.identity is not null as has_identity,
        row_number() over (partition by c.identity is not null order by c.claimed_at, c.step_path) as place
      from gate.call c join family on family.run_id = c.run_id
      where c.tenant = $1 and c.copied_from is null and c.effect not in ('read', 'model') and c.step_path <> all($3)
        and (c.holds is not null or c.identity is null and (
          c.state in ('committed', 'verified', 'accepted', 'unknown') or c.state in ('claimed', 'sent') and c.exposed_at is not null))
    ) earlier where place <= ${MOST_EARLIER_EFFECTS} order by claimed_at, step_path`,
};

/** An effect of the run that is forked, of the runs that it was forked from, or of their other forks. */
export interface EarlierEffect {
  readonly runId: string;
  readonly stepPath: StepPath;
  readonly name: string;
  readonly state: CallState;
  /** Whether the gate will refuse it to the fork; without an identity it would be done a second time. */
  readonly hasIdentity: boolean;
}

/**
 * Effects that a fork of a run may ask for again, the oldest first: at most 100 with an identity and 100 without. Those at the step
 * paths that are copied are none.
 */
export async function forkCollisions(
  database: Database,
  { tenant, runId, copied }: RunKey & { readonly copied: readonly string[] },
): Promise<readonly EarlierEffect[]> {
  const rows = await database.query<{
    readonly run_id: string;
    readonly step_path: StepPath;
    readonly name: string;
    readonly state: CallState;
    readonly has_identity: boolean;
  }>(READ, [tenant, runId, [...copied]]);
  return rows.map(({ run_id, step_path, has_identity, ...effect }) => ({
    ...effect,
    runId: run_id,
    stepPath: step_path,
    hasIdentity: has_identity,
  }));
}
