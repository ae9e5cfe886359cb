import { DECLARED, DECLARED_PART, READ_COMMITTED } from './read-committed.ts';

/** Between two questions to an endpoint that is failing, of all workers together, in SQL. */
const BETWEEN_PROBES = `interval '1 second'`;

/**
 * Cool-downs of model endpoints, shared by all workers. `limited` (it asked for a pause) and `refused` (wrong key, address or
 * model) close an endpoint. `failing` doubles from one second to sixty with every failure that is not of the same burst, and lets
 * one question a second through to find out whether it is back.
 */
export const ENDPOINT_FUNCTIONS = `
-- No row promises more than its own span: where it says more, the clock went back since, and the span begins anew.
create or replace function gate.cool_down_left(p_row gate.endpoint) returns float8 ${DECLARED_PART} as $$
declare
  left_ms float8 := extract(epoch from p_row.until - clock_timestamp()) * 1000;
begin
  if left_ms <= p_row.span_ms then
    return greatest(left_ms, 0);
  end if;
  update gate.endpoint e set until = clock_timestamp() + p_row.span_ms * interval '1 millisecond'
    where e.endpoint = p_row.endpoint and e.address = p_row.address and e.kind = p_row.kind;
  return p_row.span_ms;
end $$;

create or replace function gate.cool_endpoint(
  p_endpoint text, p_address text, p_kind text, p_span_ms float8, p_sentence text
) returns void ${DECLARED} as $$
declare
  mine gate.endpoint;
  left_ms float8;
begin
  ${READ_COMMITTED}
  insert into gate.endpoint (endpoint, address, kind, until, span_ms, failures, asked_at, sentence)
    values (p_endpoint, p_address, p_kind, clock_timestamp(), 0, 0, clock_timestamp(), p_sentence) on conflict do nothing;
  select e.* into mine from gate.endpoint e
    where e.endpoint = p_endpoint and e.address = p_address and e.kind = p_kind for no key update;
  left_ms := gate.cool_down_left(mine);
  mine.span_ms := greatest(least(p_span_ms, 86400000), left_ms);
  if p_kind = 'failing' and left_ms = 0 then
    mine.failures := mine.failures + 1;
    mine.span_ms := least(1000 * power(2, least(mine.failures, 8) - 1) * (1 + random() / 4), 60000);
  end if;
  update gate.endpoint e
    set until = clock_timestamp() + mine.span_ms * interval '1 millisecond', span_ms = mine.span_ms, failures = mine.failures,
        asked_at = clock_timestamp(), sentence = p_sentence
    where e.endpoint = p_endpoint and e.address = p_address and e.kind = p_kind;
end $$;

-- Asked right before each request. A wait of 0 lets it go; "troubled": a success has something to take back.
create or replace function gate.ask_endpoint(
  p_endpoint text, p_address text, p_last_resort boolean, out wait_ms float8, out why text, out troubled boolean
) ${DECLARED} as $$
declare
  mine gate.endpoint;
  left_ms float8;
begin
  ${READ_COMMITTED}
  wait_ms := 0;
  troubled := false;
  -- What closes an endpoint comes first: it must not use up the question that a failing one may be asked.
  for mine in select e.* from gate.endpoint e where e.endpoint = p_endpoint and e.address = p_address order by e.kind desc loop
    troubled := troubled or mine.kind <> 'limited';
    left_ms := gate.cool_down_left(mine);
    if left_ms > 0 and mine.kind = 'failing' and p_last_resort and wait_ms = 0 then
      update gate.endpoint e set asked_at = clock_timestamp()
        where e.endpoint = p_endpoint and e.address = p_address and e.kind = 'failing'
          and (e.asked_at <= clock_timestamp() - ${BETWEEN_PROBES} or e.asked_at > clock_timestamp());
      left_ms := case when found then 0 else least(left_ms, extract(epoch from ${BETWEEN_PROBES}) * 1000) end;
    end if;
    if left_ms > wait_ms then
      wait_ms := left_ms;
      why := mine.sentence;
    end if;
  end loop;
end $$;

create or replace function gate.cooling_endpoints(p_endpoints text[], p_addresses text[])
  returns table (id text, what text, left_ms float8, why text) ${DECLARED} as $$
declare
  mine gate.endpoint;
begin
  ${READ_COMMITTED}
  for mine in select e.* from gate.endpoint e join unnest(p_endpoints, p_addresses) as u (name, place)
      on e.endpoint = u.name and e.address = u.place loop
    left_ms := gate.cool_down_left(mine);
    if left_ms > 0 then
      id := mine.endpoint;
      what := mine.kind;
      why := mine.sentence;
      return next;
    end if;
  end loop;
end $$;

-- A pause that it asked for stays: the answer may be to an earlier request.
create or replace function gate.endpoint_answered(p_endpoint text, p_address text) returns void ${DECLARED} as $$
begin
  ${READ_COMMITTED}
  delete from gate.endpoint e where e.endpoint = p_endpoint and e.address = p_address and e.kind in ('refused', 'failing');
end $$;

-- Whoever starts anew may have been given another key.
create or replace function gate.readmit_endpoints(p_endpoints text[], p_addresses text[]) returns void ${DECLARED} as $$
begin
  ${READ_COMMITTED}
  delete from gate.endpoint e using unnest(p_endpoints, p_addresses) as u (name, place)
    where e.endpoint = u.name and e.address = u.place and e.kind = 'refused';
end $$;
`;
