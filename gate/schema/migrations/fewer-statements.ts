import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

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

/** Tables whose rows are checked by the functions that write them; runs and definitions are entered by a function alone. */
export const fewerStatements: Migration = {
  up: async (database: Kysely<unknown>): Promise<void> => {
    await sql.raw(NO_LONGER_NEEDED).execute(database);
  },
};
