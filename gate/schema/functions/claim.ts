import { DECLARED, DECLARED_PART, READ_COMMITTED } from './read-committed.ts';

/** What the functions of the claim hand to each other. */
export const CLAIM_TYPES = `
create type gate.claim_answer as (
  kind text,             -- claimed, taken-over, stored, in-progress, conflict, lease-lost, run-ended
  fence_token integer,
  state text,            -- of the stored call, or of the one taken over
  exposed_ms float8,     -- since when bytes may have left, null when none can have
  result json,
  status integer,
  sentence text,
  holder_run text,       -- of a conflict and of in-progress
  holder_step text,
  holder_state text,
  lease_left_ms float8
);

create type gate.claim_request as (
  owner text, tenant text, call_key text, run_id text, step_path text, name text, tool_digest text, effect text, class text,
  system text, args_digest text, call_digest text, facts json, identity text
);
`;

// Written where it is needed: a function of its own costs a call a tenth of what its claim costs the database.
const enterStep = (of: string, updatedAt: string): string => `update gate.run r
        set step = ${of}step_path, updated_at = ${updatedAt}, status = case when r.status = 'starting' then 'running' else r.status end
        where r.tenant = ${of}tenant and r.run_id = ${of}run_id and r.closed_at is null;`;

const AS_BEFORE = "case when r.status = 'starting' then moment else r.updated_at end";

/**
 * The claim: one round trip, one transaction. Locks are taken in one order everywhere: blobs by reference, the call, another
 * owner's lease, the run. Rooms that come later (approval, budget, fence, audit) add their statements where the row has become
 * the caller's: in `claim` after the insert and in `reclaim` after the update.
 */
export const CLAIM_FUNCTIONS = `
create or replace function gate.holder_answer(p_kind text, p_holder gate.call) returns gate.claim_answer ${DECLARED_PART} as $$
declare
  answer gate.claim_answer;
begin
  answer.kind := p_kind;
  answer.holder_run := p_holder.run_id;
  answer.holder_step := p_holder.step_path;
  answer.holder_state := p_holder.state;
  answer.result := p_holder.result;
  select extract(epoch from l.expires_at - clock_timestamp()) * 1000 into answer.lease_left_ms
    from gate.worker_lease l where l.owner = p_holder.owner and l.expires_at <> '-infinity';
  return answer;
end $$;

-- Who else holds the identity that a call asks for; the answer's kind is null when nobody does.
create or replace function gate.identity_answer(request gate.claim_request) returns gate.claim_answer ${DECLARED_PART} as $$
declare
  holder gate.call;
begin
  select c.* into holder from gate.call c
    where c.tenant = request.tenant and c.name = request.name and c.holds = request.identity and c.call_key <> request.call_key;
  if not found then
    return null;
  end if;
  if holder.state in ('claimed', 'sent') and holder.owner is not null and gate.owner_is_live(holder.owner) then
    return gate.holder_answer('in-progress', holder);
  end if;
  if holder.state in ('claimed', 'sent') and gate.run_has_ended(holder.tenant, holder.run_id) then
    -- Its owner lived when its run ended and has died since.
    holder := gate.abandon(holder);
    if holder.holds is null then
      return null;
    end if;
  end if;
  return gate.holder_answer('conflict', holder);
end $$;

-- A run that has ended has nothing more to do outside; what has no row in the projection is not known to have ended.
create or replace function gate.run_has_ended(p_tenant text, p_run_id text) returns boolean ${DECLARED_PART} as $$
begin
  return exists (select from gate.run r where r.tenant = p_tenant and r.run_id = p_run_id and r.closed_at is not null);
end $$;

-- Answers from the row that is there, which the caller has locked; null asks for another round.
create or replace function gate.reclaim(request gate.claim_request, mine gate.call) returns gate.claim_answer ${DECLARED_PART} as $$
declare
  answer gate.claim_answer;
  moment timestamptz := clock_timestamp();
begin
  if mine.args_digest <> request.args_digest or mine.name <> request.name then
    return gate.holder_answer(case when mine.copied_from is null then 'conflict' else 'copied-otherwise' end, mine);
  end if;
  if mine.state not in ('claimed', 'sent') then
    answer.kind := 'stored';
    answer.state := mine.state;
    answer.result := mine.result;
    answer.status := mine.status;
    answer.sentence := mine.sentence;
    return answer;
  end if;
  if mine.owner is not null and mine.owner <> request.owner and gate.owner_is_live(mine.owner) then
    return gate.holder_answer('in-progress', mine);
  end if;
  if mine.identity is not null and mine.holds is null then
    request.identity := mine.identity;
    answer := gate.identity_answer(request);
    if answer.kind is not null then
      return answer;
    end if;
  end if;
  -- That a step is tried again is no news: a run whose step keeps failing is quiet, and looked at.
  ${enterStep('request.', AS_BEFORE)}
  if not found and gate.run_has_ended(request.tenant, request.run_id) then
    answer.kind := 'run-ended';
    return answer;
  end if;
  begin
    -- An exposure is older than whoever takes its call over, also after the clock went back: a release tells by this whose it is.
    update gate.call c
      set owner = request.owner, fence_token = c.fence_token + 1, holds = c.identity,
          owned_at = greatest(moment, c.exposed_at + interval '1 microsecond'),
          takeovers = c.takeovers + case when c.owner is null then 0 else 1 end,
          exposed_at = coalesce(c.exposed_at, case when request.class in ('A', 'B') then moment end),
          tool_digest = request.tool_digest, call_digest = request.call_digest, system = request.system, facts = request.facts,
          status = null, sentence = null
      where c.tenant = mine.tenant and c.call_key = mine.call_key
      returning c.fence_token into answer.fence_token;
  exception when unique_violation then
    return null;
  end;
  answer.kind := 'taken-over';
  answer.state := mine.state;
  answer.exposed_ms := extract(epoch from moment - mine.exposed_at) * 1000;
  return answer;
end $$;

create or replace function gate.claim(
  p_owner text, p_tenant text, p_call_key text, p_run_id text, p_step_path text, p_name text, p_tool_digest text, p_effect text,
  p_class text, p_system text, p_args_digest text, p_call_digest text, p_args_ref text, p_args_sha256 bytea, p_args bytea,
  p_facts json, p_identity text
) returns gate.claim_answer ${DECLARED} as $$
declare
  answer gate.claim_answer;
  mine gate.call;
  request gate.claim_request;
  moment timestamptz;
begin
  ${READ_COMMITTED}
  if p_effect not in ('read', 'write', 'egress', 'exec', 'model') or p_class not in ('A', 'B', 'C', 'D')
      or length(p_args_ref) <> 22 or length(p_args_sha256) <> 32 then
    raise exception 'A call of effect % and class % cannot be claimed like this.', p_effect, p_class using errcode = 'HF003';
  end if;
  insert into gate.blob (tenant, ref, sha256, media_type, bytes)
    values (p_tenant, p_args_ref, p_args_sha256, 'application/json', p_args) on conflict do nothing;
  for round in 1 .. 20 loop
    moment := clock_timestamp();
    insert into gate.call (tenant, call_key, run_id, step_path, name, tool_digest, effect, class, system, args_digest, call_digest,
        args_ref, facts, identity, holds, owner, claimed_at, owned_at, exposed_at)
      select p_tenant, p_call_key, p_run_id, p_step_path, p_name, p_tool_digest, p_effect, p_class, p_system, p_args_digest,
        p_call_digest, p_args_ref, p_facts, p_identity, p_identity, p_owner, moment, moment,
        case when p_class in ('A', 'B') then moment end
      from gate.worker_lease l where l.owner = p_owner and l.expires_at > clock_timestamp()
      on conflict do nothing;
    if found then
      ${enterStep('p_', 'moment')}
      -- Under the run's lock: of a claim and the end of its run one comes first.
      if not found and gate.run_has_ended(p_tenant, p_run_id) then
        delete from gate.call c where c.tenant = p_tenant and c.call_key = p_call_key;
        answer.kind := 'run-ended';
        return answer;
      end if;
      answer.kind := 'claimed';
      answer.fence_token := 1;
      return answer;
    end if;
    perform 1 from gate.worker_lease l where l.owner = p_owner and l.expires_at > clock_timestamp();
    if not found then
      answer.kind := 'lease-lost';
      return answer;
    end if;
    request := row(p_owner, p_tenant, p_call_key, p_run_id, p_step_path, p_name, p_tool_digest, p_effect, p_class, p_system,
      p_args_digest, p_call_digest, p_facts, p_identity);
    select c.* into mine from gate.call c where c.tenant = p_tenant and c.call_key = p_call_key for no key update;
    if found then
      answer := gate.reclaim(request, mine);
    else
      answer := gate.identity_answer(request);
    end if;
    if answer.kind is not null then
      return answer;
    end if;
  end loop;
  raise exception 'The claim of % in % found no stable state in 20 rounds.', p_step_path, p_run_id using errcode = 'HF002';
end $$;
`;
