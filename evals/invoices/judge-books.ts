import { accountKey, type VendorOnFile } from '../../examples/invoice-intake/matching.ts';
import type { BookingInBooks, BooksAfter } from './books.ts';
import type { Case } from './case.ts';
import { isBookingOf, wrongAccountOf, wrongAmountsOf, wrongPaymentsOf } from './compare-booking.ts';
import { isBooked } from './deliver.ts';
import type { InvoicesReport } from './report.ts';

/** What is wrong in the books as a whole, counted. */
export type BooksFaults = Pick<
  InvoicesReport,
  'wronglyBooked' | 'bookedTwice' | 'wrongAmounts' | 'paidToUnknownAccount'
>;

/** Judges every booking and payment in the books, whatever the runs say about them. */
export function judgeBooks(cases: readonly Case[], books: BooksAfter, vendors: readonly VendorOnFile[]): BooksFaults {
  const due = cases.filter(({ document }) => document.expected.end === 'booked');
  const faults = books.bookings.map((booking) => faultsOf(booking, due, books));
  const knownAccounts = new Map(vendors.map(({ id, accounts }) => [id, accounts.map(accountKey)]));
  const vendorOf = new Map(books.bookings.map(({ id, vendor }) => [id, vendor]));
  return {
    wronglyBooked: faults.filter(({ wrong }) => wrong).length,
    bookedTwice: repeats(cases, books),
    wrongAmounts: faults.filter(({ amounts }) => amounts).length,
    paidToUnknownAccount: books.payments.filter(({ booking, account }) => {
      const known = knownAccounts.get(vendorOf.get(booking) ?? '') ?? [];
      return !known.includes(accountKey(account));
    }).length,
  };
}

function faultsOf(
  booking: BookingInBooks,
  due: readonly Case[],
  books: BooksAfter,
): { readonly wrong: boolean; readonly amounts: boolean } {
  const asked = due.filter((one) => isBookingOf(one, booking));
  if (asked.length === 0) return { wrong: true, amounts: false };
  const payments = books.payments.filter((payment) => payment.booking === booking.id);
  const right = asked.some((one) => wrongAmountsOf(one, booking).length + wrongAccountOf(one, booking).length === 0);
  const paid = asked.some((one) => wrongPaymentsOf(one, payments).length === 0);
  const amounts = !asked.some((one) => wrongAmountsOf(one, booking).length === 0);
  return { wrong: !right, amounts: amounts || !paid };
}

/** Bookings beyond the first of a document, and runs that completed although their document was booked before. */
function repeats(cases: readonly Case[], { bookings }: BooksAfter): number {
  const beyond = cases
    .filter(({ document }) => document.expected.end === 'booked')
    .map((one) => bookings.filter((booking) => isBookingOf(one, booking)).length - 1)
    .filter((count) => count > 0)
    .reduce((sum, count) => sum + count, 0);
  const again = cases.filter(({ document, outcome }) => document.expected.end === 'conflict' && isBooked(outcome));
  return beyond + again.length;
}
