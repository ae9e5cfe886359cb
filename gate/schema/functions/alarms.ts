import { DECLARED, READ_COMMITTED } from './read-committed.ts';

/** Alarms: one open row for each thing that is stuck, however often it is seen. */
export const ALARM_FUNCTIONS = `
-- True when it was not open before.
create or replace function gate.raise_alarm(p_tenant text, p_kind text, p_subject text, p_run_id text, p_sentence text) returns boolean
${DECLARED} as $$
begin
  ${READ_COMMITTED}
  update gate.alarm a set seen_at = clock_timestamp(), sentence = p_sentence
    where a.tenant = p_tenant and a.kind = p_kind and a.subject = p_subject and a.cleared_at is null;
  if found then
    return false;
  end if;
  insert into gate.alarm (tenant, kind, subject, run_id, sentence) values (p_tenant, p_kind, p_subject, p_run_id, p_sentence)
    on conflict do nothing;
  return found;
end $$;

create or replace function gate.clear_alarm(p_tenant text, p_kind text, p_subject text) returns boolean ${DECLARED} as $$
begin
  ${READ_COMMITTED}
  update gate.alarm a set cleared_at = clock_timestamp()
    where a.tenant = p_tenant and a.kind = p_kind and a.subject = p_subject and a.cleared_at is null;
  return found;
end $$;

-- Clears what the tables themselves say is over; answers how many.
create or replace function gate.clear_settled_alarms() returns integer ${DECLARED} as $$
declare
  cleared integer;
begin
  ${READ_COMMITTED}
  update gate.alarm a set cleared_at = clock_timestamp()
    where a.cleared_at is null and case a.kind
      when 'effect-unknown' then not exists (select from gate.call c
        where c.tenant = a.tenant and c.run_id = a.run_id and a.subject = c.run_id || '/' || c.step_path and c.state = 'unknown')
      when 'undelivered' then not exists (select from gate.decision d
        where d.tenant = a.tenant and d.run_id = a.run_id and a.subject = d.run_id || '/' || d.decision_id
          and d.delivered_at is null and d.dropped_at is null)
      -- Sweeps see each queue of theirs every time, so this one is nobody's any more.
      when 'no-worker' then a.seen_at < clock_timestamp() - interval '1 hour'
      else not exists (select from gate.run r where r.tenant = a.tenant and r.run_id = a.run_id and r.closed_at is null) end;
  get diagnostics cleared = row_count;
  return cleared;
end $$;
`;
