/**
 * The gate's tables. The tenant leads every key, so that a tenant can move to a database of its own; a worker's lease belongs to
 * a process and to no tenant. Text keys compare by bytes (`collate "C"`), which is what their writers mean and is cheapest.
 */
export const TABLES = `
create table gate.blob (
  tenant text collate "C" not null,
  ref text collate "C" not null check (length(ref) = 22),
  sha256 bytea not null check (length(sha256) = 32),
  media_type text not null,
  bytes bytea not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (tenant, ref)
);

create table gate.definition (
  tenant text collate "C" not null,
  ref text collate "C" not null,
  job text collate "C" not null,
  version integer not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (tenant, ref)
);

-- The projection of runs. No index holds step, counters or updated_at, so that the updates of a call stay heap-only.
create table gate.run (
  tenant text collate "C" not null,
  run_id text collate "C" not null,
  job text collate "C" not null,
  version integer not null,
  definition text collate "C" not null,
  input_ref text collate "C" not null,
  input_digest text collate "C" not null,
  status text collate "C" not null default 'starting'
    check (status in ('starting', 'running', 'paused', 'waiting', 'completed', 'failed', 'cancelled')),
  step text,
  waiting_for json,
  turns integer not null default 0,
  model_calls integer not null default 0,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  last_outcome text,
  model text,
  end_code text,
  end_sentence text,
  result_ref text collate "C",
  actor text,
  started_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  closed_at timestamptz(3),
  primary key (tenant, run_id),
  check ((closed_at is not null) = (status in ('completed', 'failed', 'cancelled')))
) with (fillfactor = 50);
create index run_by_time on gate.run (tenant, started_at desc, run_id desc);
create index run_by_status on gate.run (tenant, status, started_at desc, run_id desc);
create index run_by_job on gate.run (tenant, job, started_at desc, run_id desc);

-- The ledger: one row for each call. "identity" is what was asked; "holds" is the same while this call has it, and null
-- once the call was rejected, compensated, or given up before a byte left: only "holds" is unique, and since no index
-- knows the state, the updates of a call stay heap-only.
create table gate.call (
  tenant text collate "C" not null,
  call_key text collate "C" not null,
  run_id text collate "C" not null,
  step_path text collate "C" not null,
  name text collate "C" not null,
  tool_digest text collate "C" not null,
  effect text collate "C" not null check (effect in ('read', 'write', 'egress', 'exec', 'model')),
  class text collate "C" not null check (class in ('A', 'B', 'C', 'D')),
  system text,
  args_digest text collate "C" not null,
  call_digest text collate "C" not null,
  args_ref text collate "C" not null,
  facts json,
  identity text collate "C",
  holds text collate "C",
  state text collate "C" not null default 'claimed'
    check (state in ('claimed', 'sent', 'committed', 'rejected', 'unknown', 'verified', 'compensated', 'accepted')),
  owner text collate "C",
  fence_token integer not null default 1,
  takeovers integer not null default 0,
  result json,
  status integer,
  sentence text,
  input_tokens bigint,
  output_tokens bigint,
  claimed_at timestamptz not null,
  owned_at timestamptz not null,
  exposed_at timestamptz,
  sent_at timestamptz,
  settled_at timestamptz,
  primary key (tenant, call_key),
  check (holds is null or holds = identity),
  check (holds is null or state not in ('rejected', 'compensated'))
) with (fillfactor = 60);
create unique index call_by_step on gate.call (tenant, run_id, step_path);
create unique index call_by_identity on gate.call (tenant, name, holds) where holds is not null;

create table gate.transcript (
  tenant text collate "C" not null,
  run_id text collate "C" not null,
  agent_path text collate "C" not null,
  seq integer not null,
  ref text collate "C" not null,
  primary key (tenant, run_id, agent_path, seq)
);

-- One row for each life of a worker process. A row that expired, or that is gone, is dead for ever.
create table gate.worker_lease (
  owner text collate "C" primary key,
  label text not null,
  expires_at timestamptz not null,
  renewed_at timestamptz not null
) with (fillfactor = 10);

-- What a person decided, stored before it is delivered to the run.
create table gate.decision (
  tenant text collate "C" not null,
  run_id text collate "C" not null,
  decision_id text collate "C" not null,
  kind text collate "C" not null check (kind in ('pause', 'resume', 'cancel', 'signal')),
  name text,
  payload json,
  actor text,
  created_at timestamptz(3) not null default clock_timestamp(),
  delivered_at timestamptz(3),
  primary key (tenant, run_id, decision_id)
);
`;
