import { sqlOwnCall } from './own-call.ts';
import { DECLARED, DECLARED_PART, READ_COMMITTED } from './read-committed.ts';

/** The lifecycle of a run's projection; nothing here reopens a run that has ended. */
export const RUN_FUNCTIONS = `
-- Enters a run with its input and its pinned definition, in one round trip: entered, there (with whatever input), or
-- no-definition, when the caller left out the definition's bytes and nobody has put them yet.
create or replace function gate.enter_run(
  p_tenant text, p_run_id text, p_job text, p_version integer, p_definition_ref text, p_definition bytea, p_input_ref text,
  p_input bytea, p_input_digest text, p_actor text
) returns text ${DECLARED} as $$
begin
  ${READ_COMMITTED}
  if p_definition is null then
    perform 1 from gate.definition d where d.tenant = p_tenant and d.ref = p_definition_ref;
    if not found then
      return 'no-definition';
    end if;
  else
    perform gate.put_blob(p_tenant, p_definition_ref, 'application/json', p_definition);
    insert into gate.definition (tenant, ref, job, version) values (p_tenant, p_definition_ref, p_job, p_version)
      on conflict do nothing;
  end if;
  perform gate.put_blob(p_tenant, p_input_ref, 'application/json', p_input);
  insert into gate.run (tenant, run_id, job, version, definition, input_ref, input_digest, actor)
    values (p_tenant, p_run_id, p_job, p_version, p_definition_ref, p_input_ref, p_input_digest, p_actor)
    on conflict do nothing;
  return case when found then 'entered' else 'there' end;
end $$;

-- Enters the run that another one asks for; the one that is there stays whose it is. But what was never started belongs to who asks
-- for it now, once the run that asked first has ended: nobody else is left to start it.
create or replace function gate.enter_child_run(
  p_tenant text, p_run_id text, p_job text, p_version integer, p_definition_ref text, p_definition bytea, p_input_ref text,
  p_input bytea, p_input_digest text, p_actor text, p_parent_run text
) returns text ${DECLARED} as $$
declare
  answer text := gate.enter_run(
    p_tenant, p_run_id, p_job, p_version, p_definition_ref, p_definition, p_input_ref, p_input, p_input_digest, p_actor
  );
begin
  if answer = 'entered' then
    update gate.run r set parent_run = p_parent_run where r.tenant = p_tenant and r.run_id = p_run_id;
  elsif answer = 'there' then
    update gate.run r set parent_run = p_parent_run, actor = p_actor
      where r.tenant = p_tenant and r.run_id = p_run_id and r.status = 'starting' and exists (
        select from gate.run p where p.tenant = r.tenant and p.run_id = r.parent_run and p.closed_at is not null
      );
  end if;
  return answer;
end $$;

create or replace function gate.note_status(p_tenant text, p_run_id text, p_status text, p_waiting_for json, p_turns integer) returns boolean
${DECLARED} as $$
declare
  was text;
  waited_for text;
begin
  ${READ_COMMITTED}
  if p_status not in ('running', 'paused', 'waiting') then
    raise exception 'An open run cannot become %.', p_status using errcode = 'HF003';
  end if;
  select r.status, r.waiting_for::text into was, waited_for from gate.run r
    where r.tenant = p_tenant and r.run_id = p_run_id and r.closed_at is null for no key update;
  if not found then
    return false;
  end if;
  update gate.run r
    set status = p_status, waiting_for = p_waiting_for, turns = coalesce(p_turns, r.turns), updated_at = clock_timestamp()
    where r.tenant = p_tenant and r.run_id = p_run_id;
  -- A repeated Activity changes nothing, and what is being started shows as running.
  if (case was when 'starting' then 'running' else was end) <> p_status or waited_for is distinct from p_waiting_for::text then
    insert into gate.run_note (tenant, run_id, status, waiting_for) values (p_tenant, p_run_id, p_status, p_waiting_for);
  end if;
  return true;
end $$;

-- What becomes of a half-done call of a run that has ended, once nobody carries it out: unknown when bytes may have left, without
-- its identity when none did. Answers the row as it is then; who had it can settle it no more.
create or replace function gate.abandon(half_done gate.call) returns gate.call ${DECLARED_PART} as $$
declare
  left_so gate.call;
begin
  update gate.call c
    set owner = null, fence_token = c.fence_token + 1,
        state = case when c.exposed_at is null then c.state else 'unknown' end,
        holds = case when c.exposed_at is null then null else c.holds end,
        settled_at = case when c.exposed_at is null then null else clock_timestamp() end, settled_xid = null,
        sentence = case when c.exposed_at is null then 'The run ended before this was sent.'
          else 'The run ended before it was known whether this call had its effect; a person must look at the receiver.' end
    where c.tenant = half_done.tenant and c.call_key = half_done.call_key and c.fence_token = half_done.fence_token
      and c.state in ('claimed', 'sent')
    returning c.* into left_so;
  if not found then
    select c.* into left_so from gate.call c where c.tenant = half_done.tenant and c.call_key = half_done.call_key;
  elsif half_done.sentence is distinct from left_so.sentence then
    -- What was never sent stays claimed and may be left so once more, which is no news.
    perform gate.keep_judged(left_so);
  end if;
  if left_so.state = 'unknown' then
    insert into gate.leftover (tenant, call_key) values (left_so.tenant, left_so.call_key) on conflict do nothing;
  end if;
  return left_so;
end $$;

-- Ends a run once. What it leaves half-done and without a living owner is settled with it: unknown when bytes may have left,
-- without its identity when none did. What is in doubt then, or still in hand, is listed for the sweeps; but not what a fork copied,
-- which its source has sent under another key, and asks about. Calls are locked before the run, as everywhere.
create or replace function gate.close_run(
  p_tenant text, p_run_id text, p_status text, p_end_code text, p_end_sentence text, p_result_ref text,
  p_turns integer
) returns boolean ${DECLARED} as $$
declare
  half_done gate.call;
begin
  ${READ_COMMITTED}
  if p_status not in ('completed', 'failed', 'cancelled') then
    raise exception 'A run cannot end as %.', p_status using errcode = 'HF003';
  end if;
  for half_done in
    select c.* from gate.call c
      where c.tenant = p_tenant and c.run_id = p_run_id and c.state in ('claimed', 'sent', 'unknown')
        and c.effect not in ('read', 'model')
      order by c.call_key for no key update
  loop
    if half_done.state <> 'unknown' and (half_done.owner is null or not gate.owner_is_live(half_done.owner)) then
      perform gate.abandon(half_done);
    end if;
  end loop;
  update gate.run r
    set status = p_status, end_code = p_end_code, end_sentence = p_end_sentence, result_ref = p_result_ref,
        turns = coalesce(p_turns, r.turns), waiting_for = null,
        updated_at = clock_timestamp(), closed_at = clock_timestamp(), closed_xid = pg_current_xact_id()
    where r.tenant = p_tenant and r.run_id = p_run_id and r.closed_at is null;
  if not found then
    return false;
  end if;
  -- Listed here and not above: what was claimed or doubted while this waited for the run was not to be seen before.
  insert into gate.leftover (tenant, call_key)
    select c.tenant, c.call_key from gate.call c
      where c.tenant = p_tenant and c.run_id = p_run_id and c.effect not in ('read', 'model')
        and (c.state = 'unknown' or c.state in ('claimed', 'sent') and (c.owner is not null or c.exposed_at is not null))
        and ${sqlOwnCall('c')}
      order by c.call_key
    on conflict do nothing;
  return true;
end $$;

create or replace function gate.mark_started(p_tenant text, p_run_id text) returns boolean ${DECLARED} as $$
begin
  ${READ_COMMITTED}
  update gate.run r
    set status = 'running', end_code = null, end_sentence = null, updated_at = clock_timestamp()
    where r.tenant = p_tenant and r.run_id = p_run_id and r.status = 'starting';
  return found;
end $$;

-- A start that failed stays "starting", with its reason, so that the next start of the same identity can take it further.
create or replace function gate.mark_start_failed(p_tenant text, p_run_id text, p_code text, p_sentence text) returns boolean ${DECLARED} as $$
begin
  ${READ_COMMITTED}
  update gate.run r
    set end_code = p_code, end_sentence = p_sentence, updated_at = clock_timestamp()
    where r.tenant = p_tenant and r.run_id = p_run_id and r.status = 'starting';
  return found;
end $$;

create or replace function gate.mark_delivered(p_tenant text, p_run_id text, p_decision_id text) returns boolean ${DECLARED} as $$
begin
  ${READ_COMMITTED}
  update gate.decision d set delivered_at = clock_timestamp(), delivered_xid = pg_current_xact_id()
    where d.tenant = p_tenant and d.run_id = p_run_id and d.decision_id = p_decision_id and d.delivered_at is null;
  return found;
end $$;
`;
