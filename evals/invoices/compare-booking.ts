import { accountKey } from '../../examples/invoice-intake/matching.ts';
import { decimal, roundCents, sameAmount } from '../../examples/invoice-intake/ubl/decimal.ts';
import type { BookingInBooks, PaymentInBooks } from './books.ts';
import type { Case } from './case.ts';

/** Whether a booking is that of a document, by what makes two bookings one: vendor, kind and number. */
export function isBookingOf({ document, vendors }: Case, booking: BookingInBooks): boolean {
  const { kind, number } = document.expected;
  return booking.kind === kind && booking.number === number && vendors.includes(booking.vendor);
}

/** Where the amounts of a booking, or its currency, are not those of its document. */
export function wrongAmountsOf({ document: { expected } }: Case, booking: BookingInBooks): readonly string[] {
  const wrong = (['net', 'gross', 'payable'] as const).filter((field) => !sameAmount(booking[field], expected[field]));
  // The file states no tax: it is what makes net and gross agree, once these are right.
  const adds = roundCents(decimal(booking.net).plus(decimal(booking.tax))).eq(roundCents(decimal(booking.gross)));
  return [
    ...wrong.map((field) => `${field} ${booking[field]}`),
    ...(adds || wrong.length > 0 ? [] : [`tax ${booking.tax}`]),
    ...(booking.currency === expected.currency ? [] : [`currency ${booking.currency}`]),
  ];
}

/** Where the account of a booking is none that its document states. */
export function wrongAccountOf({ accounts }: Case, { account }: BookingInBooks): readonly string[] {
  const right = account === null ? accounts.length === 0 : accounts.includes(accountKey(account));
  return right ? [] : [`account ${account ?? 'none'}`];
}

/** Where the payments of a booking are not the one that its document asks for, or none. */
export function wrongPaymentsOf(
  { document: { expected }, accounts }: Case,
  payments: readonly PaymentInBooks[],
): readonly string[] {
  const due = expected.kind === 'invoice' && accounts.length > 0 && decimal(expected.payable).gt(0);
  if (!due) return payments.map(({ amount, currency }) => `paid ${amount} ${currency}, which is not due`);
  const wrong = payments.filter(
    ({ amount, currency }) => !sameAmount(amount, expected.payable) || currency !== expected.currency,
  );
  return [
    ...wrong.map(({ amount, currency }) => `paid ${amount} ${currency}`),
    ...(payments.length === 1 ? [] : [`paid ${payments.length} times`]),
  ];
}
