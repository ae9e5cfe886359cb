import { DECLARED, READ_COMMITTED } from './read-committed.ts';

/** What may be taken once. */
export const ONCE_FUNCTIONS = `
-- What is over by this clock is taken no more, so that its row can go; it goes an hour later, in case the clock is set back.
create or replace function gate.take_once(p_tenant text, p_kind text, p_id text, p_expires_at timestamptz) returns boolean
${DECLARED} as $$
declare
  taken boolean;
begin
  ${READ_COMMITTED}
  if p_expires_at <= clock_timestamp() then
    return false;
  end if;
  insert into gate.seen (tenant, kind, id, expires_at) values (p_tenant, p_kind, p_id, p_expires_at) on conflict do nothing;
  taken := found;
  -- Who finds them locked leaves them to whoever removes them already.
  delete from gate.seen s using (
    select o.kind, o.id from gate.seen o
      where o.tenant = p_tenant and o.expires_at < clock_timestamp() - interval '1 hour'
      order by o.expires_at limit 20 for update skip locked
  ) old where s.tenant = p_tenant and s.kind = old.kind and s.id = old.id;
  return taken;
end $$;
`;
