import { sqlLooseAnswer } from './loose-answer.ts';
import { DECLARED, READ_COMMITTED } from './read-committed.ts';

const LONGEST = `interval '5 minutes'`;

const TOKEN_EXPIRED =
  "least(o.expires_at, coalesce(o.revoked_at, o.expires_at)) < moment - p_token_ms * interval '1 millisecond'";
// What nobody can be asked about is forgotten once a person has said what became of it.
const LEFTOVER_SETTLED = `not o.asks and not exists (select from gate.call c
        where c.tenant = o.tenant and c.call_key = o.call_key and c.state = 'unknown')`;

// A batch of a table's rows that have expired, by its key.
function purged(table: string, key: string, expired: string): string {
  const columns = key.split(', ');
  return `
  delete from gate.${table} t using (
    select ${columns.map((column) => `o.${column}`).join(', ')} from gate.${table} o where ${expired}
      limit p_limit for update skip locked
  ) old where ${columns.map((column) => `t.${column} = old.${column}`).join(' and ')};
  get diagnostics removed = row_count;
  total := total + removed;`;
}

/** What a sweep does in the database: bounded steps that any number of sweeps may take at once. All times are the database's. */
export const SWEEP_FUNCTIONS = `
-- The next open runs that nothing was heard of for a while, after those of the sweep before; at the end it begins anew.
create or replace function gate.next_quiet_runs(p_scope text, p_tenant text, p_quiet_ms float8, p_limit integer)
  returns table (of_tenant text, run text, job_name text, is_status text, by_actor text, waits json, input text, pinned text,
    started_ms float8, quiet_ms float8, noted_ms float8, now_ms float8) ${DECLARED} as $$
declare
  place gate.sweep;
  moment timestamptz := clock_timestamp();
  read integer := 0;
begin
  ${READ_COMMITTED}
  insert into gate.sweep (scope) values (p_scope) on conflict do nothing;
  select s.* into place from gate.sweep s where s.scope = p_scope for update;
  for round in 1 .. 2 loop
    for of_tenant, run, job_name, is_status, by_actor, waits, input, pinned, started_ms, quiet_ms, noted_ms in
      select r.tenant, r.run_id, r.job, r.status, r.actor, r.waiting_for, r.input_ref, r.definition,
          extract(epoch from moment - r.started_at) * 1000, extract(epoch from moment - r.updated_at) * 1000,
          extract(epoch from moment - (select max(n.noted_at) from gate.run_note n
            where n.tenant = r.tenant and n.run_id = r.run_id)) * 1000
        from gate.run r
        where r.closed_at is null and (r.tenant, r.run_id) > (place.tenant, place.run_id)
          and (p_tenant is null or r.tenant = p_tenant)
          -- What was heard of in the future was so before the clock went back.
          and (r.updated_at <= moment - p_quiet_ms * interval '1 millisecond' or r.updated_at > moment + interval '1 minute')
        order by r.tenant, r.run_id limit p_limit
    loop
      read := read + 1;
      now_ms := extract(epoch from moment) * 1000;
      return next;
    end loop;
    -- After the last one it begins anew at once: nothing at all means that no run is quiet.
    exit when read > 0 or (place.tenant, place.run_id) = ('', '');
    place.tenant := '';
    place.run_id := '';
  end loop;
  update gate.sweep s
    set tenant = case when read < p_limit then '' else of_tenant end, run_id = case when read < p_limit then '' else run end
    where s.scope = p_scope;
end $$;

-- Decisions that did not arrive and are due, the oldest first, each reserved until its next try. Those of ended runs are dropped,
-- but for answers about calls; so is a pause or a resume that a later one has overtaken.
create or replace function gate.take_decisions(p_tenant text, p_grace_ms float8, p_limit integer)
  returns table (of_tenant text, run text, id text, what text, about text, given json, given_by text, turn integer) ${DECLARED} as $$
declare
  waiting gate.decision;
  of_run gate.run;
  reason text;
begin
  ${READ_COMMITTED}
  for waiting in
    select d.* from gate.decision d left join gate.run r on r.tenant = d.tenant and r.run_id = d.run_id
      where d.delivered_at is null and d.dropped_at is null and (p_tenant is null or d.tenant = p_tenant)
        and (d.created_at <= clock_timestamp() - p_grace_ms * interval '1 millisecond' or d.created_at > clock_timestamp() + ${LONGEST})
        and (d.next_at is null or d.next_at <= clock_timestamp() or d.next_at > clock_timestamp() + ${LONGEST})
        -- They wait for call workers, and would fill the batch meanwhile.
        and not coalesce(${sqlLooseAnswer('d', 'r')}, false)
      order by d.created_at limit p_limit for update of d skip locked
  loop
    select r.* into of_run from gate.run r where r.tenant = waiting.tenant and r.run_id = waiting.run_id;
    reason := case
      when of_run.run_id is null then 'There is no such run.'
      when ${sqlLooseAnswer('waiting', 'of_run')} then 'loose'
      when of_run.closed_at is not null then 'The run ended before it arrived.'
      when waiting.kind in ('pause', 'resume') and exists (select from gate.decision n
        where n.tenant = waiting.tenant and n.run_id = waiting.run_id and n.kind in ('pause', 'resume') and n.dropped_at is null
          and (n.created_at, n.decision_id) > (waiting.created_at, waiting.decision_id)) then 'A later one came before it arrived.'
    end;
    -- It has become one since: its run has just ended.
    continue when reason = 'loose';
    update gate.decision d
      set tries = d.tries + 1, dropped_why = reason, dropped_at = case when reason is not null then clock_timestamp() end,
          next_at = clock_timestamp() + least(interval '5 seconds' * power(2, least(d.tries, 10)), ${LONGEST})
      where d.tenant = waiting.tenant and d.run_id = waiting.run_id and d.decision_id = waiting.decision_id
      returning d.tries into turn;
    continue when reason is not null;
    of_tenant := waiting.tenant;
    run := waiting.run_id;
    id := waiting.decision_id;
    what := waiting.kind;
    about := waiting.name;
    given := waiting.payload;
    given_by := waiting.actor;
    return next;
  end loop;
end $$;

create or replace function gate.drop_decision(p_tenant text, p_run_id text, p_decision_id text, p_why text) returns boolean ${DECLARED} as $$
begin
  ${READ_COMMITTED}
  update gate.decision d set dropped_at = clock_timestamp(), dropped_why = p_why
    where d.tenant = p_tenant and d.run_id = p_run_id and d.decision_id = p_decision_id
      and d.delivered_at is null and d.dropped_at is null;
  return found;
end $$;

-- Ends the row of a run that Temporal has no longer; who asks has looked there.
create or replace function gate.repair_run(
  p_tenant text, p_run_id text, p_status text, p_code text, p_sentence text, p_result_ref text
) returns boolean ${DECLARED} as $$
begin
  return gate.close_run(p_tenant, p_run_id, p_status, p_code, p_sentence, p_result_ref, null);
end $$;

-- Removes a batch of what has expired and is the record of nothing; answers how many rows.
create or replace function gate.purge(p_limit integer, p_delivery_ms float8, p_token_ms float8, p_alarm_ms float8) returns integer
${DECLARED} as $$
declare
  removed integer;
  total integer := 0;
  moment timestamptz := clock_timestamp();
begin
  ${READ_COMMITTED}
  ${[
    purged('worker_lease', 'owner', "o.expires_at < moment - interval '1 minute'"),
    purged('seen', 'tenant, kind, id', "o.expires_at < moment - interval '1 hour'"),
    purged('endpoint', 'endpoint, address, kind', "o.until < moment - interval '1 day'"),
    purged(
      'delivery',
      'tenant, trigger, message_id',
      "o.received_at < moment - p_delivery_ms * interval '1 millisecond'",
    ),
    purged('api_token', 'tenant, token_id', TOKEN_EXPIRED),
    purged('alarm', 'tenant, alarm_id', "o.cleared_at < moment - p_alarm_ms * interval '1 millisecond'"),
    purged('leftover', 'tenant, call_key', LEFTOVER_SETTLED),
  ].join('')}
  return total;
end $$;

-- Writes that a sweep ended; answers how many calls and answers wait for a call worker.
create or replace function gate.end_sweep(p_scope text, p_tenant text) returns integer ${DECLARED} as $$
declare
  due integer;
begin
  ${READ_COMMITTED}
  insert into gate.sweep as s (scope, swept_at) values (p_scope, clock_timestamp())
    on conflict (scope) do update set swept_at = clock_timestamp();
  select (select count(*) from gate.leftover l
      where (p_tenant is null or l.tenant = p_tenant) and l.asks
        and (l.next_at <= clock_timestamp() or l.next_at > clock_timestamp() + interval '10 minutes'))
    + (select count(*) from gate.loose_answers(p_tenant, 20)) into due;
  return due;
end $$;
`;
