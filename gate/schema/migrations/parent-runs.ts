import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// Of a run that another one asked for: which, so that people find their way from one to the other.
const PARENT_RUNS = `
alter table gate.run add column parent_run text collate "C";
`;

/** The run that asked for a run. */
export const parentRuns: Migration = {
  up: async (database: Kysely<unknown>): Promise<void> => {
    await sql.raw(PARENT_RUNS).execute(database);
  },
};
