import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// What became visible in which order is known by transactions alone: a later commit may carry an earlier clock. Each moment of a
// run therefore keeps the id of its transaction. Rows from before share the id of this one; where a moment had come by then, its
// default gives it that id too without writing the row, and is dropped for the rows to come.
const MOMENTS = `
alter table gate.run add column entered_xid xid8 not null default pg_current_xact_id();
alter table gate.run add column closed_xid xid8 default pg_current_xact_id();
alter table gate.run alter column closed_xid drop default;

alter table gate.call add column claimed_xid xid8 not null default pg_current_xact_id();
alter table gate.call add column settled_xid xid8 default pg_current_xact_id();
alter table gate.call alter column settled_xid drop default;
alter table gate.call add column judged_at timestamptz;
alter table gate.call add column judged_xid xid8;

alter table gate.decision add column made_xid xid8 not null default pg_current_xact_id();
alter table gate.decision add column delivered_xid xid8 default pg_current_xact_id();
alter table gate.decision alter column delivered_xid drop default;

-- Each change of an open run's status, which its row keeps only the last of.
create table gate.run_note (
  tenant text collate "C" not null,
  run_id text collate "C" not null,
  note_id bigint generated always as identity,
  status text collate "C" not null,
  waiting_for json,
  noted_at timestamptz(3) not null default clock_timestamp(),
  noted_xid xid8 not null default pg_current_xact_id(),
  primary key (tenant, run_id, note_id)
);

-- The rare moments of a call that its row has no place for: what a doubt or an answer would write over, and both themselves.
create table gate.call_moment (
  tenant text collate "C" not null,
  run_id text collate "C" not null,
  moment_id bigint generated always as identity,
  call_key text collate "C" not null,
  kind text collate "C" not null check (kind in ('settled', 'judged')),
  state text collate "C" not null,
  takeovers integer not null,
  sentence text,
  input_tokens bigint,
  output_tokens bigint,
  at timestamptz not null default clock_timestamp(),
  xid xid8 not null default pg_current_xact_id(),
  primary key (tenant, run_id, moment_id)
);
`;

const PRINCIPALS = `
-- The digest is of a secret of 256 random bits, which nobody can guess: no slow hash is needed, and the secret is never here.
create table gate.api_token (
  tenant text collate "C" not null,
  token_id text collate "C" not null,
  digest bytea not null check (length(digest) = 32),
  principal text collate "C" not null,
  roles text[] not null check (cardinality(roles) > 0),
  label text not null,
  issued_by text not null,
  issued_at timestamptz(3) not null default clock_timestamp(),
  expires_at timestamptz(3) not null,
  revoked_at timestamptz(3),
  revoked_by text,
  last_used_at timestamptz(3),
  primary key (tenant, token_id)
) with (fillfactor = 50);

-- What may be shown once, such as the nonce of a log-in.
create table gate.seen (
  tenant text collate "C" not null,
  kind text collate "C" not null,
  id text collate "C" not null,
  expires_at timestamptz(3) not null,
  primary key (tenant, kind, id)
);
create index seen_by_expiry on gate.seen (tenant, expires_at);

-- What other systems sent to start runs, so that a repeated message is known as one.
create table gate.delivery (
  tenant text collate "C" not null,
  trigger text collate "C" not null,
  message_id text collate "C" not null,
  body_digest text collate "C" not null,
  run_id text collate "C",
  received_at timestamptz(3) not null default clock_timestamp(),
  primary key (tenant, trigger, message_id)
) with (fillfactor = 80);

create index run_by_actor on gate.run (tenant, actor, started_at desc, run_id desc) where actor is not null;
`;

/** API tokens, what may be used once, deliveries of triggers, and the moments of which a run's timeline is made. */
export const principalsAndTimeline: Migration = {
  up: async (database: Kysely<unknown>): Promise<void> => {
    for (const part of [MOMENTS, PRINCIPALS]) await sql.raw(part).execute(database);
  },
};
