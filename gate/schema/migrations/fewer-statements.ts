import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { CLAIM_FUNCTIONS } from '../functions/claim.ts';
import { LEASE_FUNCTIONS } from '../functions/lease.ts';
import { RUN_FUNCTIONS } from '../functions/runs.ts';
import { SETTLE_FUNCTIONS } from '../functions/settle.ts';
import { GRANTS } from '../grants.ts';

// PostgreSQL reads a check's stored text anew for every statement: the nine of these tables took a quarter of what claim and
// settle cost it. The functions are the only writers and check what they are given; small or rare tables keep theirs.
const NO_LONGER_NEEDED = `
do $$
declare
  needless record;
begin
  for needless in
    select conrelid::regclass as owner, conname from pg_constraint
      where conrelid in ('gate.call'::regclass, 'gate.run'::regclass, 'gate.blob'::regclass) and contype = 'c'
  loop
    execute format('alter table %s drop constraint %I', needless.owner, needless.conname);
  end loop;
end $$;
drop function if exists gate.enter_step(text, text, text);
revoke insert on gate.run, gate.definition from holdfast_client;
`;

const PARTS = [NO_LONGER_NEEDED, LEASE_FUNCTIONS, CLAIM_FUNCTIONS, SETTLE_FUNCTIONS, RUN_FUNCTIONS, GRANTS];

/**
 * Claims and settles that cost the database less, leases that stand a clock set back, and runs that are entered by one function,
 * their tables by nobody directly.
 */
export const fewerStatements: Migration = {
  up: async (database: Kysely<unknown>): Promise<void> => {
    for (const part of PARTS) await sql.raw(part).execute(database);
  },
};
