import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { CLAIM_FUNCTIONS } from '../functions/claim.ts';
import { RUN_FUNCTIONS } from '../functions/runs.ts';
import { SETTLE_FUNCTIONS } from '../functions/settle.ts';
import { GRANTS } from '../grants.ts';

const NO_LONGER_NEEDED = `
drop function if exists gate.enter_step(text, text, text);
revoke insert on gate.run, gate.definition from holdfast_client;
`;

const PARTS = [NO_LONGER_NEEDED, CLAIM_FUNCTIONS, SETTLE_FUNCTIONS, RUN_FUNCTIONS, GRANTS];

/** Claims and settles with fewer statements; a run is entered by one function, and its tables no longer by anybody directly. */
export const fewerStatements: Migration = {
  up: async (database: Kysely<unknown>): Promise<void> => {
    for (const part of PARTS) await sql.raw(part).execute(database);
  },
};
