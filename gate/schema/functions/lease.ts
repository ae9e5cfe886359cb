import { DECLARED, DECLARED_PART, READ_COMMITTED } from './read-committed.ts';

/** How long a lease lives after a renewal, in SQL; the process counts the same second from sending it. */
const LIFE = `interval '1 second'`;

/**
 * The leases of worker processes. A dead lease is killed (set to minus infinity) by whoever first acts on its death, under the
 * row's lock: a renewal that is under way then finds itself refused, so no call ever has two living owners.
 * Renewals commit synchronously: a server that crashes must not come back with leases older than their owners believe.
 */
export const LEASE_FUNCTIONS = `
create or replace function gate.open_lease(p_owner text, p_label text) returns void ${DECLARED} as $$
begin
  ${READ_COMMITTED}
  -- Who is not listed is dead: few rows keep the look at a lease, which every claim takes, to a page.
  delete from gate.worker_lease l where l.expires_at < clock_timestamp() - interval '1 minute';
  insert into gate.worker_lease (owner, label, expires_at, renewed_at)
    values (p_owner, p_label, clock_timestamp() + ${LIFE}, clock_timestamp());
end $$;

create or replace function gate.renew_lease(p_owner text) returns boolean ${DECLARED} as $$
begin
  ${READ_COMMITTED}
  update gate.worker_lease l set expires_at = clock_timestamp() + ${LIFE}, renewed_at = clock_timestamp()
    where l.owner = p_owner and l.expires_at > clock_timestamp();
  return found;
end $$;

create or replace function gate.close_lease(p_owner text) returns void ${DECLARED} as $$
begin
  ${READ_COMMITTED}
  delete from gate.worker_lease l where l.owner = p_owner;
end $$;

create or replace function gate.owner_is_live(p_owner text) returns boolean ${DECLARED_PART} as $$
declare
  v_expires_at timestamptz;
begin
  select l.expires_at into v_expires_at from gate.worker_lease l where l.owner = p_owner;
  if not found or v_expires_at = '-infinity' then
    return false;
  end if;
  if v_expires_at > clock_timestamp() then
    -- No renewal promises more than a life. Where the row says more, the clock went back since: a living owner renews within
    -- that life, and a dead one must not stay alive until the old time comes round again.
    if v_expires_at > clock_timestamp() + ${LIFE} and v_expires_at <> 'infinity' then
      update gate.worker_lease l set expires_at = clock_timestamp() + ${LIFE}
        where l.owner = p_owner and l.expires_at > clock_timestamp() + ${LIFE};
    end if;
    return true;
  end if;
  update gate.worker_lease l set expires_at = '-infinity'
    where l.owner = p_owner and l.expires_at <= clock_timestamp();
  return not found;
end $$;
`;
