import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { CLAIM_TYPES } from '../functions/claim.ts';
import { TABLES } from '../tables.ts';

/** Ledger, leases, blobs, transcripts, runs, definitions and decisions. */
export const firstFloor: Migration = {
  up: async (database: Kysely<unknown>): Promise<void> => {
    for (const part of [TABLES, CLAIM_TYPES]) await sql.raw(part).execute(database);
  },
};
