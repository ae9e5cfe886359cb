import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// "root" is the first run of all: what any fork of it has done may be in the way of another one. What a call was copied from stands
// with the call: its row answers like any other, but it is no effect of its run.
const FORKS = `
create table gate.fork (
  tenant text collate "C" not null,
  run_id text collate "C" not null,
  source text collate "C" not null,
  root text collate "C" not null,
  step text collate "C" not null,
  request text collate "C" not null,
  edits json not null,
  handed json not null,
  copied integer not null,
  actor text not null,
  forked_at timestamptz(3) not null default clock_timestamp(),
  forked_xid xid8 not null default pg_current_xact_id(),
  primary key (tenant, run_id)
);
create index fork_by_source on gate.fork (tenant, source);
create index fork_by_root on gate.fork (tenant, root);
alter table gate.call add column copied_from text collate "C";
alter table gate.call add column edited_by text;
alter table gate.decision add column copied_from text collate "C";
`;

/** Forks: runs that begin with the record of another one. */
export const forks: Migration = {
  up: async (database: Kysely<unknown>): Promise<void> => {
    await sql.raw(FORKS).execute(database);
  },
};
