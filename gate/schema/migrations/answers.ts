import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// The decision by which a person settled a call stands with the call: without it nothing tells an answer from the gate's own. And
// a decision that settled one is used up: else an early answer, delivered again, would settle what was doubted anew since.
const ANSWERS = `
alter table gate.call add column decision_id text collate "C";
alter table gate.decision add column used_at timestamptz(3);
alter table gate.decision drop constraint decision_kind_check;
alter table gate.decision add constraint decision_kind_check check (kind in ('pause', 'resume', 'cancel', 'signal', 'answer'));
`;

/** Persons' answers to whether an effect took place, and to what an output should have been. */
export const answers: Migration = {
  up: async (database: Kysely<unknown>): Promise<void> => {
    await sql.raw(ANSWERS).execute(database);
  },
};
