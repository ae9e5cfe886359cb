import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { BLOB_FUNCTIONS } from '../functions/blobs.ts';
import { CLAIM_FUNCTIONS, CLAIM_TYPES } from '../functions/claim.ts';
import { LEASE_FUNCTIONS } from '../functions/lease.ts';
import { RUN_FUNCTIONS } from '../functions/runs.ts';
import { SETTLE_FUNCTIONS } from '../functions/settle.ts';
import { GRANTS } from '../grants.ts';
import { TABLES } from '../tables.ts';

const PARTS = [
  TABLES,
  CLAIM_TYPES,
  LEASE_FUNCTIONS,
  BLOB_FUNCTIONS,
  CLAIM_FUNCTIONS,
  SETTLE_FUNCTIONS,
  RUN_FUNCTIONS,
  GRANTS,
];

/** Ledger, leases, blobs, transcripts, runs, definitions and decisions, their functions and who may use them. */
export const firstFloor: Migration = {
  up: async (database: Kysely<unknown>): Promise<void> => {
    for (const part of PARTS) await sql.raw(part).execute(database);
  },
};
