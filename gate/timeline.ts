import { JobError } from '../domain/errors.ts';
import type { RunId } from '../domain/ids.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { Database, Statement } from './database.ts';
import type { RunKey } from './runs.ts';
import { type PlaceInTimeline, placeOf, START, textOf } from './timeline-place.ts';

const DEFAULT_LIMIT = 500;
const MAX_LIMIT = 1_000;

const MS_OF = (at: string): string => `(extract(epoch from ${at}::timestamptz(3)) * 1000)::bigint`;
const OF_RUN = (alias: string): string => `${alias}.tenant = p.tenant and ${alias}.run_id = p.run_id`;
const CALL = `'stepPath', c.step_path, 'name', c.name, 'effect', c.effect, 'class', c.class, 'system', coalesce(c.system, '')`;
const CAME_TO = (row: string, state: string): string => `'state', ${state}, 'takeovers', ${row}.takeovers,
  'sentence', coalesce(${row}.sentence, ''), 'inputTokens', coalesce(${row}.input_tokens, 0),
  'outputTokens', coalesce(${row}.output_tokens, 0)`;
const DECISION = `'decision', d.kind, 'name', coalesce(d.name, ''), 'actor', coalesce(d.actor, '')`;
const FORK = `'source', f.source, 'fork', f.run_id, 'step', f.step, 'actor', f.actor, 'copied', f.copied`;
// Only what is committed can be verified, and nothing else leaves how it was settled in the row.
const SETTLED_AS = `case when c.judged_at is null then c.state else 'committed' end`;

// The moments of one run, each with its place: transaction, millisecond, rank of its kind, key.
const MOMENTS = `
  select r.entered_xid as xid, ${MS_OF('r.started_at')} as ms, 1 as rank, '0' collate "C" as key, 'run-started' as kind,
      json_build_object('actor', coalesce(r.actor, '')) as told
    from gate.run r where ${OF_RUN('r')}
  union all
  select c.claimed_xid, ${MS_OF('c.claimed_at')}, 2, c.call_key, 'call-claimed', json_build_object(${CALL})
    from gate.call c where ${OF_RUN('c')} and c.copied_from is null
  union all
  select c.claimed_xid, ${MS_OF('f.forked_at')}, 2, c.call_key, 'call-copied',
      json_build_object(${CALL}, 'state', c.state, 'source', c.copied_from, 'editedBy', coalesce(c.edited_by, ''))
    from gate.call c join gate.fork f on f.tenant = c.tenant and f.run_id = c.run_id
    where ${OF_RUN('c')} and c.copied_from is not null
  union all
  select c.settled_xid, ${MS_OF('c.settled_at')}, 3, c.call_key, 'call-settled',
      json_build_object(${CALL}, ${CAME_TO('c', SETTLED_AS)})
    from gate.call c where ${OF_RUN('c')} and c.settled_at is not null and c.settled_xid is not null
  union all
  select c.judged_xid, ${MS_OF('c.judged_at')}, 4, c.call_key, 'call-judged', json_build_object(${CALL}, ${CAME_TO('c', 'c.state')})
    from gate.call c where ${OF_RUN('c')} and c.judged_xid is not null
  union all
  select m.xid, ${MS_OF('m.at')}, case m.kind when 'settled' then 3 else 4 end, m.call_key, 'call-' || m.kind,
      json_build_object(${CALL}, ${CAME_TO('m', 'm.state')})
    from gate.call_moment m join gate.call c on c.tenant = m.tenant and c.call_key = m.call_key where ${OF_RUN('m')}
  union all
  select d.made_xid, ${MS_OF('d.created_at')}, 5, md5(d.decision_id), 'decision-made', json_build_object(${DECISION})
    from gate.decision d where ${OF_RUN('d')} and d.copied_from is null
  union all
  select d.delivered_xid, ${MS_OF('d.delivered_at')}, 6, md5(d.decision_id), 'decision-delivered', json_build_object(${DECISION})
    from gate.decision d where ${OF_RUN('d')} and d.delivered_at is not null
  union all
  select n.noted_xid, ${MS_OF('n.noted_at')}, 7, n.note_id::text, 'status-noted',
      case when n.waiting_for is null then json_build_object('status', n.status)
        else json_build_object('status', n.status, 'waitingFor', n.waiting_for) end
    from gate.run_note n where ${OF_RUN('n')}
  union all
  select r.closed_xid, ${MS_OF('r.closed_at')}, 8, '0', 'run-ended',
      json_build_object('status', r.status, 'code', coalesce(r.end_code, ''), 'sentence', coalesce(r.end_sentence, ''))
    from gate.run r where ${OF_RUN('r')} and r.closed_at is not null
  union all
  select f.forked_xid, ${MS_OF('f.forked_at')}, 1, md5(f.run_id), 'run-forked', json_build_object(${FORK})
    from gate.fork f where ${OF_RUN('f')}
  union all
  select f.forked_xid, ${MS_OF('f.forked_at')}, 8, md5(f.run_id), 'run-forked', json_build_object(${FORK})
    from gate.fork f where f.tenant = p.tenant and f.source = p.run_id`;

// What a transaction wrote is given once no earlier one is under way: nothing can come before it any more. An id from the future
// comes with rows that were restored from another server, and is as final.
const SINCE: Statement = {
  name: 'gate.timeline_since',
  text: `select p.position, e.xid::text, e.ms, e.rank, e.key, e.kind, e.told
    from (select pg_snapshot_xmin(pg_current_snapshot()) as oldest, pg_snapshot_xmax(pg_current_snapshot()) as next) s,
      unnest($1::text[], $2::text[], $3::xid8[], $4::bigint[], $5::integer[], $6::text[]) with ordinality
        as p (tenant, run_id, xid, ms, rank, key, position)
      cross join lateral (
        select * from (${MOMENTS}) m
          where (m.xid < s.oldest or m.xid >= s.next) and (m.xid, m.ms, m.rank, m.key) > (p.xid, p.ms, p.rank, p.key collate "C")
          order by m.xid, m.ms, m.rank, m.key limit $7
      ) e
    order by p.position, e.xid, e.ms, e.rank, e.key`,
};

/** How far a reader has come in a run's timeline. */
export interface TimelinePosition extends RunKey {
  /** The id of the last event that was read; absent: from the run's start. */
  readonly after?: string;
}

/** What a run's timeline holds after a position, in its order; empty for a run that is not there. */
export interface TimelinePage {
  readonly runId: RunId;
  /** As many as the limit: there may be more. */
  readonly events: readonly TimelineEvent[];
}

interface MomentRow extends PlaceInTimeline {
  readonly position: number;
  readonly kind: TimelineEvent['kind'];
  readonly told: object;
}

/**
 * What happened in runs since each of these positions: one page for each, in their order, of at most `limit` events, 1 to 1,000,
 * default 500. Whoever goes on after the last event read misses nothing and gets nothing twice: an event is given only once no
 * transaction can still put one before it. A transaction that writes for long, anywhere on the same server, holds later events
 * back for as long.
 * @throws JobError `invalid-input` when an `after` is no event's id, or the limit is out of bounds
 */
export async function timelineSince(
  database: Database,
  positions: readonly TimelinePosition[],
  limit: number = DEFAULT_LIMIT,
): Promise<readonly TimelinePage[]> {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new JobError('invalid-input', `The limit ${limit} is no whole number from 1 to ${MAX_LIMIT}.`);
  }
  const places = positions.map(({ after }) => (after === undefined ? START : placeOf(after)));
  if (positions.length === 0) return [];
  const rows = await database.query<MomentRow>(SINCE, [
    positions.map(({ tenant }) => tenant),
    positions.map(({ runId }) => runId),
    places.map(({ xid }) => xid),
    places.map(({ ms }) => ms),
    places.map(({ rank }) => rank),
    places.map(({ key }) => key),
    limit,
  ]);
  const pages = positions.map(({ runId }) => ({ runId, events: [] as TimelineEvent[] }));
  for (const row of rows) pages[row.position - 1]?.events.push(eventOf(row));
  return pages;
}

function eventOf(row: MomentRow): TimelineEvent {
  // The statement above builds what each kind tells.
  return { id: textOf(row), kind: row.kind, at: new Date(row.ms), ...row.told } as TimelineEvent;
}
