import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// One row for each reason that an endpoint has to be left alone. An endpoint belongs to the configuration and to no tenant.
const TABLE = `
create table gate.endpoint (
  endpoint text collate "C" not null,
  address text collate "C" not null,
  kind text collate "C" not null check (kind in ('limited', 'refused', 'failing')),
  until timestamptz not null,
  span_ms float8 not null,
  failures integer not null,
  asked_at timestamptz not null,
  sentence text not null,
  primary key (endpoint, address, kind)
) with (fillfactor = 50);
`;

/** Which model endpoints cool down, for all workers together. */
export const endpointCoolDowns: Migration = {
  up: async (database: Kysely<unknown>): Promise<void> => {
    await sql.raw(TABLE).execute(database);
  },
};
