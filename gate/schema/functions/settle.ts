import { DECLARED, READ_COMMITTED } from './read-committed.ts';

/**
 * What an owner writes about its call, only while owner and fence token are still the ones it claimed with. `false` means that
 * another owner has taken the call over: send nothing, discard the answer.
 */
export const SETTLE_FUNCTIONS = `
create or replace function gate.mark_sent(p_owner text, p_tenant text, p_call_key text, p_fence_token integer) returns boolean ${DECLARED} as $$
begin
  ${READ_COMMITTED}
  -- Who ends the run may hold the call: what this waited for shows to the next statement alone.
  perform 1 from gate.call c where c.tenant = p_tenant and c.call_key = p_call_key for no key update;
  update gate.call c
    set state = 'sent', sent_at = clock_timestamp(), exposed_at = coalesce(c.exposed_at, clock_timestamp())
    where c.tenant = p_tenant and c.call_key = p_call_key and c.state in ('claimed', 'sent')
      and c.owner = p_owner and c.fence_token = p_fence_token
      and exists (select from gate.worker_lease l where l.owner = p_owner and l.expires_at > clock_timestamp())
      and not gate.run_has_ended(c.tenant, c.run_id);
  return found;
end $$;

create or replace function gate.settle(
  p_owner text, p_tenant text, p_call_key text, p_fence_token integer, p_state text, p_result json, p_status integer,
  p_sentence text, p_input_tokens bigint, p_output_tokens bigint, p_turns integer, p_model text,
  p_blob_refs text[], p_blob_digests bytea[], p_blob_types text[], p_blob_bytes bytea[],
  p_message_paths text[], p_message_seqs integer[], p_message_refs text[]
) returns boolean ${DECLARED} as $$
declare
  v_owner text;
  v_fence_token integer;
  v_state text;
  v_run_id text;
  v_effect text;
begin
  ${READ_COMMITTED}
  if p_state not in ('committed', 'rejected', 'unknown') then
    raise exception 'A call cannot be settled as %.', p_state using errcode = 'HF003';
  end if;
  select c.owner, c.fence_token, c.state, c.run_id, c.effect into v_owner, v_fence_token, v_state, v_run_id, v_effect
    from gate.call c where c.tenant = p_tenant and c.call_key = p_call_key;
  if v_owner is distinct from p_owner or v_fence_token <> p_fence_token then
    return false;
  end if;
  if v_state not in ('claimed', 'sent') then
    return v_state = p_state;
  end if;
  perform gate.put_blobs(p_tenant, p_blob_refs, p_blob_digests, p_blob_types, p_blob_bytes);
  update gate.call c
    set state = p_state, result = p_result, status = p_status, sentence = p_sentence, input_tokens = p_input_tokens,
        output_tokens = p_output_tokens, settled_at = clock_timestamp(), settled_xid = pg_current_xact_id(),
        holds = case when p_state = 'rejected' then null else c.holds end
    where c.tenant = p_tenant and c.call_key = p_call_key and c.state in ('claimed', 'sent')
      and c.owner = p_owner and c.fence_token = p_fence_token;
  if not found then
    return false;
  end if;
  if cardinality(p_message_refs) > 0 then
    insert into gate.transcript (tenant, run_id, agent_path, seq, ref)
      select p_tenant, v_run_id, m.agent_path, m.seq, m.ref
      from unnest(p_message_paths, p_message_seqs, p_message_refs) as m (agent_path, seq, ref)
      order by m.agent_path, m.seq
      on conflict do nothing;
  end if;
  if v_effect = 'model' or p_turns is not null then
    update gate.run r
      set updated_at = clock_timestamp(), last_outcome = p_state, model = coalesce(p_model, r.model),
          model_calls = r.model_calls + case when v_effect = 'model' then 1 else 0 end,
          input_tokens = r.input_tokens + coalesce(p_input_tokens, 0),
          output_tokens = r.output_tokens + coalesce(p_output_tokens, 0), turns = r.turns + coalesce(p_turns, 0)
      where r.tenant = p_tenant and r.run_id = v_run_id;
  else
    -- A first claim has just written the row; another version of it is worth making only for what has changed.
    update gate.run r set updated_at = clock_timestamp(), last_outcome = p_state
      where r.tenant = p_tenant and r.run_id = v_run_id and (v_fence_token > 1 or r.last_outcome is distinct from p_state);
  end if;
  return true;
end $$;

-- Gives the call up so that another attempt takes it at once. When no byte left under this claim, what the claim itself
-- reserved (the exposure, the mark, the identity) goes with it.
create or replace function gate.release(
  p_owner text, p_tenant text, p_call_key text, p_fence_token integer, p_nothing_left boolean, p_status integer, p_sentence text
) returns boolean ${DECLARED} as $$
declare
  mine gate.call;
  untouched boolean;
begin
  ${READ_COMMITTED}
  select c.* into mine from gate.call c
    where c.tenant = p_tenant and c.call_key = p_call_key and c.state in ('claimed', 'sent')
      and c.owner = p_owner and c.fence_token = p_fence_token for no key update;
  if not found then
    return false;
  end if;
  untouched := p_nothing_left and (mine.exposed_at is null or mine.exposed_at >= mine.owned_at);
  update gate.call c
    set owner = null, status = p_status, sentence = p_sentence,
        state = case when untouched then 'claimed' else c.state end,
        sent_at = case when untouched then null else c.sent_at end,
        exposed_at = case when untouched then null else coalesce(c.exposed_at, c.owned_at) end,
        holds = case when untouched then null else c.holds end
    where c.tenant = p_tenant and c.call_key = p_call_key;
  return true;
end $$;

-- The read-back found what was sent, or something else; answers the state the call has now.
create or replace function gate.verify(p_tenant text, p_call_key text) returns text ${DECLARED} as $$
declare
  v_state text;
begin
  ${READ_COMMITTED}
  update gate.call c set state = 'verified', judged_at = clock_timestamp(), judged_xid = pg_current_xact_id()
    where c.tenant = p_tenant and c.call_key = p_call_key and c.state = 'committed';
  select c.state into v_state from gate.call c where c.tenant = p_tenant and c.call_key = p_call_key;
  return v_state;
end $$;

create or replace function gate.doubt(p_tenant text, p_call_key text, p_sentence text) returns text ${DECLARED} as $$
declare
  mine gate.call;
begin
  ${READ_COMMITTED}
  select c.* into mine from gate.call c
    where c.tenant = p_tenant and c.call_key = p_call_key and c.state = 'committed' for no key update;
  if found then
    perform gate.keep_settled(mine);
    update gate.call c set state = 'unknown', sentence = p_sentence, settled_xid = null
      where c.tenant = p_tenant and c.call_key = p_call_key
      returning c.* into mine;
    perform gate.keep_judged(mine);
    update gate.run r set last_outcome = 'unknown', updated_at = clock_timestamp()
      where r.tenant = p_tenant and r.run_id = mine.run_id;
    -- Of an ended run nobody asks any more, and its end did not list what was settled then.
    if mine.effect not in ('read', 'model') and gate.run_has_ended(mine.tenant, mine.run_id) then
      insert into gate.leftover (tenant, call_key) values (mine.tenant, mine.call_key)
        on conflict do nothing;
    end if;
    return 'unknown';
  end if;
  select c.* into mine from gate.call c where c.tenant = p_tenant and c.call_key = p_call_key;
  return mine.state;
end $$;
`;
