import type { Pool } from 'pg';
import type { z } from 'zod';
import { Refusal, type Answer } from './answer.ts';
import { enterBooking, findBookings, findPayments } from './bookings.ts';
import { findCalls } from './calls.ts';
import { oncePerKey } from './idempotency.ts';
import { BookingQuery, BookingRequest, NoBody, NoQuery, OrderQuery, SeedRequest, VendorQuery } from './requests.ts';
import { resetTenant, seedTenant } from './tenants.ts';
import { findOrders, findVendors } from './vendors.ts';

// A call whose caller is known; query and body are not yet parsed.
interface TenantCall {
  readonly tenant: string;
  readonly key: string | null;
  readonly query: { readonly [name: string]: string };
  readonly body: unknown;
}

/** What answers one method of one path. */
export type Route = (pool: Pool, call: TenantCall) => Promise<Answer>;

/** Every route by method and path. */
export const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  [
    'GET /vendors',
    async (pool, call) => ok({ vendors: await findVendors(pool, call.tenant, parse(VendorQuery, call.query)) }),
  ],
  [
    'GET /orders',
    async (pool, call) => ok({ orders: await findOrders(pool, call.tenant, parse(OrderQuery, call.query)) }),
  ],
  [
    'GET /bookings',
    async (pool, call) => ok({ bookings: await findBookings(pool, call.tenant, parse(BookingQuery, call.query)) }),
  ],
  ['POST /bookings', postBooking],
  ['GET /payments', async (pool, call) => ok({ payments: await findPayments(pool, withoutInput(call)) })],
  ['GET /calls', async (pool, call) => ok({ calls: await findCalls(pool, withoutInput(call)) })],
  [
    'POST /seed',
    async (pool, call) => {
      const seed = parse(SeedRequest, call.body);
      await seedTenant(pool, call.tenant, seed);
      return ok({ vendors: seed.vendors.length, orders: seed.orders.length });
    },
  ],
  [
    'POST /reset',
    async (pool, call) => {
      await resetTenant(pool, withoutInput(call));
      return ok({});
    },
  ],
]);

async function postBooking(pool: Pool, call: TenantCall): Promise<Answer> {
  const { tenant, key } = call;
  if (key === null) throw new Refusal(422, 'POST /bookings needs the header Idempotency-Key.');
  const booking = parse(BookingRequest, call.body);
  return oncePerKey(pool, { tenant, key, body: booking }, (client) => enterBooking(client, tenant, booking));
}

function withoutInput({ tenant, query, body }: TenantCall): string {
  parse(NoQuery, query);
  parse(NoBody, body);
  return tenant;
}

function parse<Value>(schema: z.ZodType<Value>, input: unknown): Value {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'the input'}: ${message}`,
  );
  throw new Refusal(422, `The request was refused: ${issues.slice(0, 3).join('; ')}`);
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}
