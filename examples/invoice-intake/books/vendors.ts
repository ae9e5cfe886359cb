import type { Pool } from 'pg';
import { matchVendors, nameKey, vatKey, type VendorOnFile } from '../matching.ts';
import { fromMinor } from './amounts.ts';
import type { OrderQuery, VendorQuery } from './requests.ts';

interface VendorRow {
  readonly id: string;
  readonly name: string;
  readonly vat_id: string | null;
  readonly accounts: string[];
}

interface OrderRow {
  readonly number: string;
  readonly vendor: string;
  readonly currency: string;
  readonly net: string;
}

/** The vendors that a supplier of this name and VAT number can be; with the number alone all that have it; else all. */
export async function findVendors(pool: Pool, tenant: string, query: VendorQuery): Promise<readonly VendorOnFile[]> {
  const { name, vatId } = query;
  const { rows } = await pool.query<VendorRow>(
    'select id, name, vat_id, accounts from vendor where tenant = $1 and ($2::text is null or name_key = $2) order by id',
    [tenant, name === undefined ? null : nameKey(name)],
  );
  const vendors = rows.map((row) => ({ id: row.id, name: row.name, vatId: row.vat_id, accounts: row.accounts }));
  if (name !== undefined) return matchVendors(vendors, { name, vatId: vatId ?? null });
  return vatId === undefined ? vendors : vendors.filter((vendor) => vatKey(vendor.vatId ?? '') === vatKey(vatId));
}

/** The order of a number, or all of them. */
export async function findOrders(pool: Pool, tenant: string, query: OrderQuery): Promise<readonly OrderRow[]> {
  const { rows } = await pool.query<OrderRow>(
    'select number, vendor, currency, net from purchase_order where tenant = $1 and ($2::text is null or number = $2) order by number',
    [tenant, query.number ?? null],
  );
  return rows.map((row) => ({ ...row, net: fromMinor(row.net, row.currency) }));
}
