import { sqlAccepted } from '../../part-accepted.ts';
import { sqlLooseAnswer } from './loose-answer.ts';
import { sqlOwnCall } from './own-call.ts';
import { DECLARED, READ_COMMITTED } from './read-committed.ts';

// No row waits longer than this; where it says more, the clock went back since.
const LONGEST = `interval '10 minutes'`;
const AFTER_TRIES = (tries: string): string =>
  `least(interval '5 seconds' * power(2, least(${tries}, 10)), ${LONGEST})`;

/**
 * Calls that runs left behind when they ended. None of them is ever sent again: the receiver is asked, or a person. A leftover is
 * locked before its call.
 */
export const LEFTOVER_FUNCTIONS = `
-- Those whose effect is not known and that are due, each reserved for as long as its next turn is off. What is settled by now is
-- left out and forgotten, as is what a fork copied; what lost its owner is settled as every half-done call of an ended run.
create or replace function gate.take_leftovers(p_tenant text, p_limit integer)
  returns table (of_tenant text, key text, run text, job_name text, step text, tool text, digest text, args text, token integer,
    exposed_ms float8, turn integer) ${DECLARED} as $$
declare
  left_over gate.leftover;
  mine gate.call;
begin
  ${READ_COMMITTED}
  for left_over in
    select l.* from gate.leftover l
      where (p_tenant is null or l.tenant = p_tenant) and l.asks
        and (l.next_at <= clock_timestamp() or l.next_at > clock_timestamp() + ${LONGEST})
      order by l.next_at limit p_limit for update skip locked
  loop
    select c.* into mine from gate.call c
      where c.tenant = left_over.tenant and c.call_key = left_over.call_key for no key update;
    if found and mine.state in ('claimed', 'sent') then
      if mine.owner is not null and gate.owner_is_live(mine.owner) then
        update gate.leftover l set next_at = clock_timestamp() + interval '5 seconds'
          where l.tenant = left_over.tenant and l.call_key = left_over.call_key;
        continue;
      end if;
      mine := gate.abandon(mine);
    end if;
    if mine.state is distinct from 'unknown' or not ${sqlOwnCall('mine')} then
      delete from gate.leftover l where l.tenant = left_over.tenant and l.call_key = left_over.call_key;
      continue;
    end if;
    update gate.leftover l set tries = l.tries + 1, next_at = clock_timestamp() + ${AFTER_TRIES('l.tries')}
      where l.tenant = left_over.tenant and l.call_key = left_over.call_key
      returning l.tries into turn;
    of_tenant := mine.tenant;
    key := mine.call_key;
    run := mine.run_id;
    step := mine.step_path;
    tool := mine.name;
    digest := mine.tool_digest;
    args := mine.args_ref;
    token := mine.fence_token;
    exposed_ms := extract(epoch from clock_timestamp() - greatest(mine.sent_at, mine.exposed_at, mine.owned_at)) * 1000;
    select r.job into job_name from gate.run r where r.tenant = mine.tenant and r.run_id = mine.run_id;
    return next;
  end loop;
end $$;

-- What the receiver said about a leftover: committed, rejected (it never took place), later (it said nothing yet), or person
-- (nobody can be asked). False when the call changed meanwhile: then the answer counts no more. Nor does it count that a receiver knows
-- nothing of what it took.
create or replace function gate.settle_leftover(
  p_tenant text, p_call_key text, p_fence_token integer, p_verdict text, p_result json, p_sentence text,
  p_blob_refs text[], p_blob_digests bytea[], p_blob_types text[], p_blob_bytes bytea[]
) returns boolean ${DECLARED} as $$
declare
  mine gate.call;
  turns integer;
begin
  ${READ_COMMITTED}
  if p_verdict not in ('committed', 'rejected', 'later', 'person') then
    raise exception 'A leftover cannot be settled as %.', p_verdict using errcode = 'HF003';
  end if;
  perform gate.put_blobs(p_tenant, p_blob_refs, p_blob_digests, p_blob_types, p_blob_bytes);
  select l.tries into turns from gate.leftover l where l.tenant = p_tenant and l.call_key = p_call_key for update;
  select c.* into mine from gate.call c
    where c.tenant = p_tenant and c.call_key = p_call_key and c.state = 'unknown' and c.fence_token = p_fence_token
    for no key update;
  if not found or p_verdict = 'rejected' and ${sqlAccepted('mine')} then
    return false;
  end if;
  if p_verdict in ('later', 'person') then
    update gate.leftover l set asks = p_verdict = 'later' where l.tenant = p_tenant and l.call_key = p_call_key;
    -- What a restart of the receiver mends needs no person.
    if p_verdict = 'person' or turns >= 4 then
      perform gate.raise_alarm(p_tenant, 'effect-unknown', mine.run_id || '/' || mine.step_path, mine.run_id, p_sentence);
    end if;
    return true;
  end if;
  perform gate.keep_settled(mine);
  update gate.call c
    set state = p_verdict, result = p_result, sentence = p_sentence, fence_token = c.fence_token + 1, owner = null,
        holds = case when p_verdict = 'rejected' then null else c.holds end, settled_at = clock_timestamp(), settled_xid = null
    where c.tenant = p_tenant and c.call_key = p_call_key
    returning c.* into mine;
  perform gate.keep_judged(mine);
  delete from gate.leftover l where l.tenant = p_tenant and l.call_key = p_call_key;
  return true;
end $$;

-- Answers of people about calls that no run asks about: of runs that have ended, and of plain workflows, which cannot ask.
create or replace function gate.loose_answers(p_tenant text, p_limit integer)
  returns table (of_tenant text, run text, decision text, step text, given json, given_by text, ended boolean) ${DECLARED} as $$
begin
  ${READ_COMMITTED}
  return query
    select d.tenant, d.run_id, d.decision_id, d.name, d.payload, d.actor, r.closed_at is not null
      from gate.decision d join gate.run r on r.tenant = d.tenant and r.run_id = d.run_id
      where d.delivered_at is null and d.dropped_at is null and (p_tenant is null or d.tenant = p_tenant)
        and ${sqlLooseAnswer('d', 'r')}
      order by d.created_at limit p_limit;
end $$;
`;
