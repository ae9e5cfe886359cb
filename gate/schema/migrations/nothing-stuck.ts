import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// Two small indexes of what is open: a sweep must not read what has ended. No index of calls: what a run leaves half-done is listed
// when it ends, so that claim and settle pay nothing.
const TABLES = `
create index run_open on gate.run (tenant, run_id) where closed_at is null;

alter table gate.decision add column tries integer not null default 0;
alter table gate.decision add column next_at timestamptz;
alter table gate.decision add column dropped_at timestamptz(3);
alter table gate.decision add column dropped_why text;
create index decision_open on gate.decision (created_at) where delivered_at is null and dropped_at is null;
create index delivery_by_time on gate.delivery (received_at);

-- Calls of runs that have ended whose effect is not known, or whose owner still lived at the end.
create table gate.leftover (
  tenant text collate "C" not null,
  call_key text collate "C" not null,
  asks boolean not null default true,
  tries integer not null default 0,
  next_at timestamptz not null default clock_timestamp(),
  left_at timestamptz(3) not null default clock_timestamp(),
  primary key (tenant, call_key)
) with (fillfactor = 60);

-- What stays stuck until a person looks; the tenant "*" has what concerns all of them.
create table gate.alarm (
  tenant text collate "C" not null,
  alarm_id bigint generated always as identity,
  kind text collate "C" not null,
  subject text collate "C" not null,
  run_id text collate "C",
  sentence text not null,
  raised_at timestamptz(3) not null default clock_timestamp(),
  seen_at timestamptz(3) not null default clock_timestamp(),
  cleared_at timestamptz(3),
  primary key (tenant, alarm_id)
) with (fillfactor = 60);
create unique index alarm_open on gate.alarm (tenant, kind, subject) where cleared_at is null;

-- How far the sweeps of open runs have come, and when the last one ended.
create table gate.sweep (
  scope text collate "C" primary key,
  tenant text collate "C" not null default '',
  run_id text collate "C" not null default '',
  swept_at timestamptz(3)
) with (fillfactor = 10);

insert into gate.leftover (tenant, call_key)
  select c.tenant, c.call_key from gate.call c join gate.run r on r.tenant = c.tenant and r.run_id = c.run_id
    where r.closed_at is not null and c.effect not in ('read', 'model') and c.state in ('claimed', 'sent', 'unknown')
      and (c.owner is not null or c.exposed_at is not null);
`;

/** What a sweep needs to find what is stuck, and where alarms are kept. */
export const nothingStuck: Migration = {
  up: async (database: Kysely<unknown>): Promise<void> => {
    await sql.raw(TABLES).execute(database);
  },
};
