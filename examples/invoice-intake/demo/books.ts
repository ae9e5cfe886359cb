import { SEED } from '../seed.ts';

/** Where the books are and how to speak to them. */
export interface BooksAccess {
  readonly address: string;
  readonly token: string;
  readonly tenant: string;
}

/** A booking as the demo looks at it. */
export interface BookedRecord {
  readonly id: string;
  readonly kind: string;
  readonly number: string;
  readonly vendor: string;
  readonly payable: string;
  readonly currency: string;
}

/** A payment as the demo looks at it. */
export interface PaymentRecord {
  readonly account: string;
  readonly amount: string;
}

/** Enters the demo's vendors and orders; a second time changes nothing. */
export async function seedBooks(access: BooksAccess): Promise<void> {
  await ask(access, '/seed', { method: 'POST', body: JSON.stringify(SEED) });
}

/** Everything that is booked for the tenant. */
export async function allBookings(access: BooksAccess): Promise<readonly BookedRecord[]> {
  const { bookings } = (await ask(access, '/bookings')) as { bookings: readonly BookedRecord[] };
  return bookings;
}

/** Every payment that was entered for the tenant. */
export async function allPayments(access: BooksAccess): Promise<readonly PaymentRecord[]> {
  const { payments } = (await ask(access, '/payments')) as { payments: readonly PaymentRecord[] };
  return payments;
}

async function ask(access: BooksAccess, path: string, request: RequestInit = {}): Promise<unknown> {
  const response = await fetch(new URL(path, access.address), {
    ...request,
    headers: {
      authorization: `Bearer ${access.token}`,
      'x-books-tenant': access.tenant,
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
  });
  if (!response.ok) throw new Error(`The books answered ${response.status} to ${path}: ${await response.text()}`);
  return response.json();
}
