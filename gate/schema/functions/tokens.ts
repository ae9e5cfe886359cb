import { DECLARED, READ_COMMITTED } from './read-committed.ts';

/** API tokens: issued, used, revoked. What counts no more is kept for as long as `retention.tokenDays` says, to be laid to somebody. */
export const TOKEN_FUNCTIONS = `
-- Answers the row under this id, whoever issued it: the caller sees by the digest whether it is this token.
create or replace function gate.issue_token(
  p_tenant text, p_token_id text, p_digest bytea, p_principal text, p_roles text[], p_label text, p_issued_by text,
  p_expires_at timestamptz
) returns setof gate.api_token ${DECLARED} as $$
begin
  ${READ_COMMITTED}
  insert into gate.api_token (tenant, token_id, digest, principal, roles, label, issued_by, expires_at)
    values (p_tenant, p_token_id, p_digest, p_principal, p_roles, p_label, p_issued_by, p_expires_at)
    on conflict do nothing;
  return query select t.* from gate.api_token t where t.tenant = p_tenant and t.token_id = p_token_id;
end $$;

-- One that counts no more is shown as it was left. A use is written once a minute: requests come by the hundred.
create or replace function gate.use_token(p_tenant text, p_token_id text) returns setof gate.api_token ${DECLARED} as $$
declare
  moment timestamptz := clock_timestamp();
begin
  ${READ_COMMITTED}
  update gate.api_token t set last_used_at = moment
    where t.tenant = p_tenant and t.token_id = p_token_id and t.revoked_at is null and t.expires_at > moment
      and (t.last_used_at is null or t.last_used_at < moment - interval '1 minute' or t.last_used_at > moment + interval '1 minute');
  return query select t.* from gate.api_token t where t.tenant = p_tenant and t.token_id = p_token_id;
end $$;

-- Who revoked it first, and when, stays.
create or replace function gate.revoke_token(p_tenant text, p_token_id text, p_by text) returns boolean ${DECLARED} as $$
begin
  ${READ_COMMITTED}
  update gate.api_token t
    set revoked_at = coalesce(t.revoked_at, clock_timestamp()), revoked_by = coalesce(t.revoked_by, p_by)
    where t.tenant = p_tenant and t.token_id = p_token_id;
  return found;
end $$;
`;
