import { DECLARED, READ_COMMITTED } from './read-committed.ts';

/** What other systems sent to start runs. */
export const DELIVERY_FUNCTIONS = `
create or replace function gate.take_delivery(
  p_tenant text, p_trigger text, p_message_id text, p_body_digest text, out is_new boolean, out run text, out same_body boolean
) ${DECLARED} as $$
begin
  ${READ_COMMITTED}
  insert into gate.delivery (tenant, trigger, message_id, body_digest) values (p_tenant, p_trigger, p_message_id, p_body_digest)
    on conflict do nothing;
  is_new := found;
  select d.run_id, d.body_digest = p_body_digest into run, same_body from gate.delivery d
    where d.tenant = p_tenant and d.trigger = p_trigger and d.message_id = p_message_id;
end $$;

-- False when nothing was taken, or when it started another run.
create or replace function gate.settle_delivery(p_tenant text, p_trigger text, p_message_id text, p_run_id text) returns boolean
${DECLARED} as $$
begin
  ${READ_COMMITTED}
  update gate.delivery d set run_id = p_run_id
    where d.tenant = p_tenant and d.trigger = p_trigger and d.message_id = p_message_id
      and (d.run_id is null or d.run_id = p_run_id);
  return found;
end $$;
`;
