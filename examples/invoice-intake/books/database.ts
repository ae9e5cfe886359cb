import { Pool, type PoolClient } from 'pg';

const MAX_CONNECTIONS = 8;
// Any number, as long as no other program takes the same lock in this database.
const SCHEMA_LOCK = 4_711_001;

const SCHEMA = `
create table if not exists vendor (
  tenant text not null,
  id text not null,
  name text not null,
  name_key text not null,
  vat_id text,
  accounts text[] not null,
  primary key (tenant, id)
);
create index if not exists vendor_name on vendor (tenant, name_key);
create table if not exists purchase_order (
  tenant text not null,
  number text not null,
  vendor text not null,
  currency text not null,
  net bigint not null,
  primary key (tenant, number),
  foreign key (tenant, vendor) references vendor
);
create table if not exists booking (
  tenant text not null,
  id bigint generated always as identity,
  kind text not null check (kind in ('invoice', 'credit-note')),
  number text not null,
  vendor text not null,
  purchase_order text,
  currency text not null,
  net bigint not null,
  tax bigint not null,
  gross bigint not null,
  payable bigint not null,
  account text,
  posted_at timestamptz not null default clock_timestamp(),
  primary key (tenant, id),
  unique (tenant, vendor, kind, number),
  foreign key (tenant, vendor) references vendor,
  foreign key (tenant, purchase_order) references purchase_order
);
create table if not exists payment (
  tenant text not null,
  id bigint generated always as identity,
  booking bigint not null,
  account text not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  primary key (tenant, id),
  unique (tenant, booking),
  foreign key (tenant, booking) references booking
);
create table if not exists idempotency_key (
  tenant text not null,
  key text not null,
  body_digest text not null,
  status integer,
  answer json,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant, key)
);
create table if not exists call (
  id bigint generated always as identity primary key,
  tenant text not null,
  method text not null,
  path text not null,
  key text,
  received_at timestamptz not null default clock_timestamp()
);
create index if not exists call_tenant on call (tenant, id);
`;

/** Opens the service's own database; amounts in it are in the smallest unit of their currency. */
export function openDatabase(url: string): Pool {
  const pool = new Pool({ connectionString: url, max: MAX_CONNECTIONS, application_name: 'books' });
  // An idle connection that the database closes must not end the process; the next query opens another.
  pool.on('error', () => undefined);
  return pool;
}

/** Creates what is missing of the schema; safe when several processes start at once. */
export async function createSchema(pool: Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [SCHEMA_LOCK]);
    await client.query(SCHEMA);
  });
}

/** Runs statements in one transaction, rolled back when they throw. */
export async function inTransaction<Value>(pool: Pool, run: (client: PoolClient) => Promise<Value>): Promise<Value> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const value = await run(client);
    await client.query('commit');
    client.release();
    return value;
  } catch (error) {
    await client.query('rollback').then(
      () => client.release(),
      () => client.release(true),
    );
    throw error;
  }
}
