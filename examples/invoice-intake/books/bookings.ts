import type { Pool, PoolClient } from 'pg';
import { accountKey } from '../matching.ts';
import { fromMinor, toMinor } from './amounts.ts';
import { refused, type Answer } from './answer.ts';
import type { BookingQuery, BookingRequest } from './requests.ts';

interface BookingRow {
  readonly id: string;
  readonly kind: string;
  readonly number: string;
  readonly vendor: string;
  readonly purchase_order: string | null;
  readonly currency: string;
  readonly net: string;
  readonly tax: string;
  readonly gross: string;
  readonly payable: string;
  readonly account: string | null;
  readonly posted_at: Date;
}

interface PaymentRow {
  readonly id: string;
  readonly booking: string;
  readonly account: string;
  readonly currency: string;
  readonly amount: string;
}

const COLUMNS = 'id, kind, number, vendor, purchase_order, currency, net, tax, gross, payable, account, posted_at';

/** Enters a booking and its payment; answers 201 with both, or 422 with why it cannot be entered. */
export async function enterBooking(client: PoolClient, tenant: string, booking: BookingRequest): Promise<Answer> {
  const fault = await unknownParty(client, tenant, booking);
  if (fault !== undefined) return refused(422, fault);
  const { rows } = await client.query<BookingRow>(
    `insert into booking (tenant, kind, number, vendor, purchase_order, currency, net, tax, gross, payable, account)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (tenant, vendor, kind, number) do nothing returning ${COLUMNS}`,
    [tenant, ...valuesOf(booking)],
  );
  const [row] = rows;
  if (row === undefined) return refused(422, await alreadyThere(client, tenant, booking));
  return { status: 201, body: { ...onWire(row), payment: await enterPayment(client, tenant, row) } };
}

/** The bookings of a tenant that fit, oldest first. */
export async function findBookings(pool: Pool, tenant: string, query: BookingQuery): Promise<readonly unknown[]> {
  const { rows } = await pool.query<BookingRow>(
    `select ${COLUMNS} from booking where tenant = $1
     and ($2::text is null or vendor = $2) and ($3::text is null or kind = $3) and ($4::text is null or number = $4) order by id`,
    [tenant, query.vendor ?? null, query.kind ?? null, query.number ?? null],
  );
  return rows.map(onWire);
}

/** The payments of a tenant, oldest first. */
export async function findPayments(pool: Pool, tenant: string): Promise<readonly unknown[]> {
  const { rows } = await pool.query<PaymentRow>(
    'select id, booking, account, currency, amount from payment where tenant = $1 order by payment.id',
    [tenant],
  );
  return rows.map(paymentOnWire);
}

function valuesOf(booking: BookingRequest): readonly (string | number | null)[] {
  const { kind, number, vendor, order, currency, account } = booking;
  const amounts = [booking.net, booking.tax, booking.gross, booking.payable].map((amount) => toMinor(amount, currency));
  return [kind, number, vendor, order, currency, ...amounts, account === null ? null : accountKey(account)];
}

async function unknownParty(client: PoolClient, tenant: string, booking: BookingRequest): Promise<string | undefined> {
  const vendors = await client.query('select 1 from vendor where tenant = $1 and id = $2', [tenant, booking.vendor]);
  if (vendors.rowCount === 0) return `There is no vendor "${booking.vendor}"; enter it first.`;
  if (booking.order === null) return undefined;
  const orders = await client.query('select 1 from purchase_order where tenant = $1 and number = $2 and vendor = $3', [
    tenant,
    booking.order,
    booking.vendor,
  ]);
  return orders.rowCount === 0
    ? `There is no order "${booking.order}" for vendor "${booking.vendor}"; enter it first.`
    : undefined;
}

async function alreadyThere(client: PoolClient, tenant: string, booking: BookingRequest): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    'select id from booking where tenant = $1 and vendor = $2 and kind = $3 and number = $4',
    [tenant, booking.vendor, booking.kind, booking.number],
  );
  const what = `${booking.kind} "${booking.number}" of vendor "${booking.vendor}"`;
  return `The ${what} is booked already as ${bookingId(rows[0]?.id ?? 'unknown')}; nothing was entered.`;
}

async function enterPayment(client: PoolClient, tenant: string, row: BookingRow): Promise<unknown> {
  if (row.kind !== 'invoice' || row.account === null || BigInt(row.payable) <= 0n) return null;
  const { rows } = await client.query<PaymentRow>(
    `insert into payment (tenant, booking, account, currency, amount) values ($1, $2, $3, $4, $5)
     returning id, booking, account, currency, amount`,
    [tenant, row.id, row.account, row.currency, row.payable],
  );
  return rows.map(paymentOnWire)[0];
}

function onWire(row: BookingRow): object {
  const { purchase_order: order, posted_at: postedAt, ...rest } = row;
  return {
    ...rest,
    id: bookingId(row.id),
    order,
    net: fromMinor(row.net, row.currency),
    tax: fromMinor(row.tax, row.currency),
    gross: fromMinor(row.gross, row.currency),
    payable: fromMinor(row.payable, row.currency),
    postedAt: postedAt.toISOString(),
  };
}

function paymentOnWire(row: PaymentRow): object {
  return { ...row, id: `P-${row.id}`, booking: bookingId(row.booking), amount: fromMinor(row.amount, row.currency) };
}

function bookingId(id: string): string {
  return `B-${id}`;
}
