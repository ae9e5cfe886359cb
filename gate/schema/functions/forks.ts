import { DECLARED, READ_COMMITTED } from './read-committed.ts';

/** Entering a run that begins with the record of another one. */
export const FORK_FUNCTIONS = `
-- Enters a fork with the settled calls, messages and decisions that it begins with, in one transaction: entered, there, or changed
-- when a call is no longer settled as it was read. A copy holds no identity, since the first run has it, and is no effect.
create or replace function gate.fork_run(
  p_tenant text, p_run_id text, p_job text, p_version integer, p_definition_ref text, p_definition bytea, p_input_ref text,
  p_input bytea, p_input_digest text, p_actor text, p_source text, p_step text, p_request text, p_edits json, p_handed json,
  p_from_paths text[], p_to_paths text[], p_call_keys text[], p_results text[], p_agent_paths text[], p_untils integer[],
  p_left_paths text[], p_left_seqs integer[], p_decisions text[]
) returns text ${DECLARED} as $$
declare
  copied integer;
  entered text;
begin
  ${READ_COMMITTED}
  select count(*) into copied from (
    select from gate.call c
      where c.tenant = p_tenant and c.run_id = p_source and c.step_path = any(p_from_paths)
        and c.state in ('committed', 'rejected', 'unknown', 'verified', 'accepted')
      for share
  ) settled;
  if copied <> cardinality(p_from_paths) then
    return 'changed';
  end if;
  entered := gate.enter_run(p_tenant, p_run_id, p_job, p_version, p_definition_ref, p_definition, p_input_ref, p_input,
    p_input_digest, p_actor);
  if entered <> 'entered' then
    return entered;
  end if;
  insert into gate.fork (tenant, run_id, source, root, step, request, edits, handed, copied, actor)
    values (p_tenant, p_run_id, p_source,
      coalesce((select f.root from gate.fork f where f.tenant = p_tenant and f.run_id = p_source), p_source),
      p_step, p_request, p_edits, p_handed, copied, p_actor);
  insert into gate.call (tenant, call_key, run_id, step_path, name, tool_digest, effect, class, system, args_digest, call_digest,
      args_ref, facts, identity, state, result, status, sentence, claimed_at, owned_at, exposed_at, sent_at, settled_at, decision_id,
      copied_from, edited_by)
    select c.tenant, f.call_key, p_run_id, f.to_path, c.name, c.tool_digest, c.effect, c.class, c.system, c.args_digest,
      c.call_digest, c.args_ref, c.facts, c.identity, c.state, coalesce(f.result::json, c.result), c.status, c.sentence,
      c.claimed_at, c.owned_at, c.exposed_at, c.sent_at, c.settled_at, c.decision_id, p_source,
      case when f.result is not null then p_actor end
    from unnest(p_from_paths, p_to_paths, p_call_keys, p_results) as f (from_path, to_path, call_key, result)
      join gate.call c on c.tenant = p_tenant and c.run_id = p_source and c.step_path = f.from_path
    order by f.call_key;
  insert into gate.transcript (tenant, run_id, agent_path, seq, ref)
    select t.tenant, p_run_id, t.agent_path, t.seq, t.ref
    from unnest(p_agent_paths, p_untils) as a (agent_path, until)
      join gate.transcript t on t.tenant = p_tenant and t.run_id = p_source and t.agent_path = a.agent_path and t.seq < a.until
    where not exists (
      select from unnest(p_left_paths, p_left_seqs) as l (agent_path, seq)
        where l.agent_path = t.agent_path and l.seq = t.seq
    );
  -- An answer is handed over with the start and used up by what it settled; a signal is still to be delivered.
  insert into gate.decision (tenant, run_id, decision_id, kind, name, payload, actor, created_at, delivered_at, delivered_xid,
      used_at, copied_from)
    select d.tenant, p_run_id, d.decision_id, d.kind, d.name, d.payload, d.actor, d.created_at,
      case when d.kind = 'answer' then clock_timestamp() end, case when d.kind = 'answer' then pg_current_xact_id() end,
      case when d.kind = 'answer' then coalesce(d.used_at, clock_timestamp()) end, p_source
    from gate.decision d
    where d.tenant = p_tenant and d.run_id = p_source and d.decision_id = any(p_decisions) and d.kind in ('signal', 'answer');
  return 'entered';
end $$;
`;
