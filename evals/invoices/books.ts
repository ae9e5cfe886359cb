import { z } from 'zod';
import { JobError } from '../../domain/errors.ts';
import type { Seed } from '../../examples/invoice-intake/seed.ts';

/** Where the books are and how to speak to them. */
export interface BooksAccess {
  readonly address: string;
  readonly token: string;
  readonly tenant: string;
}

const BookingInBooks = z.object({
  id: z.string(),
  kind: z.string(),
  number: z.string(),
  /** The vendor's id. */
  vendor: z.string(),
  currency: z.string(),
  net: z.string(),
  tax: z.string(),
  gross: z.string(),
  payable: z.string(),
  account: z.string().nullable(),
});
/** A booking as the books hold it. */
export type BookingInBooks = z.infer<typeof BookingInBooks>;

const PaymentInBooks = z.object({
  id: z.string(),
  /** The booking's id. */
  booking: z.string(),
  account: z.string(),
  currency: z.string(),
  amount: z.string(),
});
/** A payment as the books hold it. */
export type PaymentInBooks = z.infer<typeof PaymentInBooks>;

/** Everything that was entered. */
export interface BooksAfter {
  readonly bookings: readonly BookingInBooks[];
  readonly payments: readonly PaymentInBooks[];
}

/**
 * Enters the vendors and orders that the books start with.
 * @throws JobError `invalid-input` when the books refuse them
 */
export async function seedBooks(access: BooksAccess, seed: Seed): Promise<void> {
  const response = await send(access, '/seed', JSON.stringify(seed));
  if (response.ok) return;
  throw new JobError(
    'invalid-input',
    `The books do not take the vendors and orders of documents.json: ${await response.text()}`,
  );
}

/** Reads what was entered, all of it. */
export async function readBooks(access: BooksAccess): Promise<BooksAfter> {
  const [{ bookings }, { payments }] = await Promise.all([
    read(access, '/bookings', z.object({ bookings: z.array(BookingInBooks) })),
    read(access, '/payments', z.object({ payments: z.array(PaymentInBooks) })),
  ]);
  return { bookings, payments };
}

async function read<Value>(access: BooksAccess, path: string, schema: z.ZodType<Value>): Promise<Value> {
  const response = await send(access, path);
  if (!response.ok)
    throw new JobError('unavailable', `The books answered ${response.status} to ${path}: ${await response.text()}`);
  return schema.parse(await response.json());
}

async function send({ address, token, tenant }: BooksAccess, path: string, body?: string): Promise<Response> {
  return fetch(new URL(path, address), {
    headers: { authorization: `Bearer ${token}`, 'x-books-tenant': tenant, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body }),
  });
}
