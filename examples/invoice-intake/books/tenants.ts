import type { Pool } from 'pg';
import { nameKey } from '../matching.ts';
import { toMinor } from './amounts.ts';
import { Refusal } from './answer.ts';
import { inTransaction } from './database.ts';
import type { SeedRequest } from './requests.ts';

const TABLES = ['payment', 'booking', 'purchase_order', 'vendor', 'idempotency_key', 'call'] as const;

/** Enters vendors and orders, replacing those of the same id or number. */
export async function seedTenant(pool: Pool, tenant: string, seed: SeedRequest): Promise<void> {
  await inTransaction(pool, async (client) => {
    for (const { id, name, vatId, accounts } of seed.vendors) {
      await client.query(
        `insert into vendor (tenant, id, name, name_key, vat_id, accounts) values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant, id) do update set name = excluded.name, name_key = excluded.name_key, vat_id = excluded.vat_id,
         accounts = excluded.accounts`,
        [tenant, id, name, nameKey(name), vatId, accounts],
      );
    }
    for (const { number, vendor, currency, net } of seed.orders) {
      const known = await client.query('select 1 from vendor where tenant = $1 and id = $2', [tenant, vendor]);
      if (known.rowCount === 0)
        throw new Refusal(
          422,
          `The order "${number}" names vendor "${vendor}", who is not on file; nothing was entered.`,
        );
      await client.query(
        `insert into purchase_order (tenant, number, vendor, currency, net) values ($1, $2, $3, $4, $5)
         on conflict (tenant, number) do update set vendor = excluded.vendor, currency = excluded.currency, net = excluded.net`,
        [tenant, number, vendor, currency, toMinor(net, currency)],
      );
    }
  });
}

/** Empties the books of a tenant, its log of calls included. */
export async function resetTenant(pool: Pool, tenant: string): Promise<void> {
  await inTransaction(pool, async (client) => {
    for (const table of TABLES) await client.query(`delete from ${table} where tenant = $1`, [tenant]);
  });
}
