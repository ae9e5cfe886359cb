import { DECLARED, READ_COMMITTED } from './read-committed.ts';

/**
 * What a person found out about a call whose effect was not known. The decision must be stored before: neither a workflow nor the
 * gate can make one up.
 */
export const ANSWER_FUNCTIONS = `
-- Answers settled, needs-output (it took place, but what it answered is known to nobody), not-open, or no-decision.
create or replace function gate.answer_call(
  p_tenant text, p_run_id text, p_call_key text, p_decision_id text, p_verdict text, p_result json, p_sentence text
) returns text ${DECLARED} as $$
declare
  mine gate.call;
  about text;
  used timestamptz;
begin
  ${READ_COMMITTED}
  if p_verdict not in ('accepted', 'rejected', 'repeat') then
    raise exception 'A call cannot be answered as %.', p_verdict using errcode = 'HF003';
  end if;
  select d.name, d.used_at into about, used from gate.decision d
    where d.tenant = p_tenant and d.run_id = p_run_id and d.decision_id = p_decision_id and d.kind = 'answer';
  if not found then
    return 'no-decision';
  end if;
  select c.* into mine from gate.call c
    where c.tenant = p_tenant and c.call_key = p_call_key and c.run_id = p_run_id for no key update;
  if not found then
    return 'not-open';
  end if;
  -- An answer is named after the call that it is about: it settles no other one, of which a run may ask at the same time.
  if about is distinct from mine.step_path then
    return 'no-decision';
  end if;
  if mine.decision_id = p_decision_id then
    return 'settled';
  end if;
  -- Given before, and its call was doubted anew since: that is another question.
  if used is not null then
    return 'not-open';
  end if;
  -- A call that was answered as done, but not readably, is committed and has nothing to go on with.
  if mine.state <> 'unknown' and not (mine.state = 'committed' and coalesce(mine.result ->> 'kind', 'unreadable') = 'unreadable') then
    return 'not-open';
  end if;
  if p_verdict = 'accepted' and p_result is null and coalesce(mine.result ->> 'kind', 'unreadable') = 'unreadable' then
    return 'needs-output';
  end if;
  update gate.decision d set used_at = clock_timestamp()
    where d.tenant = p_tenant and d.run_id = p_run_id and d.decision_id = p_decision_id;
  perform gate.keep_settled(mine);
  update gate.call c
    set decision_id = p_decision_id, sentence = p_sentence, owner = null, fence_token = c.fence_token + 1,
        state = case p_verdict when 'repeat' then 'claimed' else p_verdict end,
        result = case p_verdict when 'accepted' then coalesce(p_result, c.result) end,
        status = case p_verdict when 'accepted' then c.status end,
        holds = case p_verdict when 'rejected' then null else c.holds end,
        exposed_at = case p_verdict when 'repeat' then null else c.exposed_at end,
        sent_at = case p_verdict when 'repeat' then null else c.sent_at end,
        settled_at = case p_verdict when 'repeat' then null else clock_timestamp() end, settled_xid = null
    where c.tenant = p_tenant and c.call_key = p_call_key
    returning c.* into mine;
  perform gate.keep_judged(mine);
  update gate.run r
    set last_outcome = case p_verdict when 'repeat' then r.last_outcome else p_verdict end, updated_at = clock_timestamp()
    where r.tenant = p_tenant and r.run_id = p_run_id;
  return 'settled';
end $$;
`;
