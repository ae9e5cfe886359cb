import { DECLARED, DECLARED_PART, READ_COMMITTED } from './read-committed.ts';

/** Content-addressed bytes and the transcripts made of them. */
export const BLOB_FUNCTIONS = `
-- Blobs always in the order of their references: two transactions that put the same ones never wait for each other in a circle.
create or replace function gate.put_blobs(p_tenant text, p_refs text[], p_digests bytea[], p_types text[], p_bytes bytea[]) returns void
${DECLARED_PART} as $$
begin
  if cardinality(p_refs) = 0 then
    return;
  end if;
  insert into gate.blob (tenant, ref, sha256, media_type, bytes)
    select p_tenant, b.ref, b.digest, b.media_type, b.bytes
    from unnest(p_refs, p_digests, p_types, p_bytes) as b (ref, digest, media_type, bytes)
    order by b.ref
    on conflict do nothing;
end $$;

-- For callers outside the gate: the reference must be the one of the bytes, so that nobody can occupy another's.
create or replace function gate.put_blob(p_tenant text, p_ref text, p_type text, p_bytes bytea) returns void ${DECLARED} as $$
declare
  v_digest bytea := sha256(p_bytes);
begin
  ${READ_COMMITTED}
  if p_ref <> left(translate(encode(v_digest, 'base64'), '+/', '-_'), 22) then
    raise exception 'The reference % is not the one of its bytes.', p_ref using errcode = 'HF004';
  end if;
  insert into gate.blob (tenant, ref, sha256, media_type, bytes) values (p_tenant, p_ref, v_digest, p_type, p_bytes)
    on conflict do nothing;
end $$;

-- Appends messages once; answers the first place that already holds another message, null when there is none.
create or replace function gate.append_messages(
  p_tenant text, p_run_id text, p_agent_path text, p_seqs integer[], p_refs text[], p_digests bytea[], p_bytes bytea[]
) returns integer ${DECLARED} as $$
declare
  v_other integer;
begin
  ${READ_COMMITTED}
  perform gate.put_blobs(p_tenant, p_refs, p_digests, array_fill('application/json'::text, array[cardinality(p_refs)]), p_bytes);
  insert into gate.transcript (tenant, run_id, agent_path, seq, ref)
    select p_tenant, p_run_id, p_agent_path, m.seq, m.ref from unnest(p_seqs, p_refs) as m (seq, ref) order by m.seq
    on conflict do nothing;
  select min(m.seq) into v_other
    from unnest(p_seqs, p_refs) as m (seq, ref)
    join gate.transcript t on t.tenant = p_tenant and t.run_id = p_run_id and t.agent_path = p_agent_path and t.seq = m.seq
    where t.ref <> m.ref;
  return v_other;
end $$;
`;
