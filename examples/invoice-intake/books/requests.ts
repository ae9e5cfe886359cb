import { parseCurrency, parseMoney } from 'holdfast';
import { z } from 'zod';

// PostgreSQL keeps neither NUL nor half a surrogate pair.
const Text = z
  .string()
  .min(1)
  .max(500)
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'has characters that cannot be kept');
const Currency = z.string().regex(/^[A-Z]{3}$/u, { message: 'must be three capital letters such as EUR', abort: true });
const Amount = z.string().max(40);

function refuseWrongAmounts(
  issues: z.core.$RefinementCtx,
  currency: string,
  amounts: { readonly [field: string]: string },
): void {
  for (const [field, amount] of Object.entries(amounts)) {
    try {
      parseMoney(amount, parseCurrency(currency));
    } catch (error) {
      issues.addIssue({
        code: 'custom',
        path: [field],
        message: error instanceof Error ? error.message : 'is no amount',
      });
    }
  }
}

/** The body of POST /bookings. */
export const BookingRequest = z
  .strictObject({
    kind: z.enum(['invoice', 'credit-note']),
    number: Text,
    vendor: Text,
    order: Text.nullable(),
    currency: Currency,
    net: Amount,
    tax: Amount,
    gross: Amount,
    payable: Amount,
    account: Text.nullable(),
  })
  .superRefine(({ currency, net, tax, gross, payable }, issues) =>
    refuseWrongAmounts(issues, currency, { net, tax, gross, payable }),
  );
/** The body of POST /bookings. */
export type BookingRequest = z.infer<typeof BookingRequest>;

const VendorRequest = z.strictObject({
  id: Text,
  name: Text,
  vatId: Text.nullable(),
  accounts: z.array(Text).max(100),
});
const OrderRequest = z
  .strictObject({ number: Text, vendor: Text, currency: Currency, net: Amount })
  .superRefine(({ currency, net }, issues) => refuseWrongAmounts(issues, currency, { net }));

/** The body of POST /seed: what the books of a tenant start with; what is on file under the same id or number is replaced. */
export const SeedRequest = z.strictObject({
  vendors: z.array(VendorRequest).max(10_000),
  orders: z.array(OrderRequest).max(10_000),
});
/** The body of POST /seed. */
export type SeedRequest = z.infer<typeof SeedRequest>;

/** The query of GET /vendors. */
export const VendorQuery = z.strictObject({ name: Text.optional(), vatId: Text.optional() });
/** The query of GET /vendors. */
export type VendorQuery = z.infer<typeof VendorQuery>;

/** The query of GET /orders. */
export const OrderQuery = z.strictObject({ number: Text.optional() });
/** The query of GET /orders. */
export type OrderQuery = z.infer<typeof OrderQuery>;

/** The query of GET /bookings. */
export const BookingQuery = z.strictObject({ vendor: Text.optional(), kind: Text.optional(), number: Text.optional() });
/** The query of GET /bookings. */
export type BookingQuery = z.infer<typeof BookingQuery>;

/** The query of what takes none. */
export const NoQuery = z.strictObject({});
/** The body of what takes none. */
export const NoBody = z.undefined();
