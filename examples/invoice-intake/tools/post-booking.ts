import { defineTool, parseCurrency, parseMoney } from 'holdfast';
import { z } from 'zod';
import { accountKey, numberKey } from '../matching.ts';
import { Booking, Receipt } from '../schemas.ts';
import { tenantHeader } from './tenant-header.ts';

// What is on file beside the booking itself is left out: a read-back compares what was sent.
const OnFile = z.object({ bookings: z.array(z.object(Booking.shape)) });

/** Enters a booking; a document that is booked already is refused or, when another run holds it, a conflict. */
export const postBooking = defineTool({
  name: 'post_booking',
  version: 1,
  description: 'Enters a booking in the books.',
  system: 'books',
  effect: 'write',
  class: 'A',
  keyTtl: '24 hours',
  input: Booking,
  output: Receipt,
  identity: ({ vendor, kind, number }) => [vendor, kind, numberKey(number)],
  facts: bookingFacts,
  resultFacts: ({ id, vendor, number, payment }) => ({ booking: id, vendor, number, paid: payment !== null }),
  send: (booking, { http, key, tenant }) => http.post('/bookings', booking, { key, headers: tenantHeader(tenant) }),
  readBack: async ({ vendor, kind, number }, { http, tenant }) => {
    const query = { vendor, kind, number };
    const { bookings } = OnFile.parse(await http.get('/bookings', { query, headers: tenantHeader(tenant) }));
    return bookings[0];
  },
});

/** The fields of a booking that are trusted and compared: amounts in the smallest unit, the account without spaces. */
export type BookingFacts = Readonly<
  Record<'kind' | 'vendor' | 'order' | 'currency' | 'account', string> &
    Record<'amount' | 'net' | 'tax' | 'gross', number>
>;

/** The {@link BookingFacts} of a booking; `amount` is the one that is due, an absent order or account is empty. */
export function bookingFacts(booking: Booking): BookingFacts {
  const minor = (amount: string): number => parseMoney(amount, parseCurrency(booking.currency)).minor;
  return {
    kind: booking.kind,
    vendor: booking.vendor,
    order: booking.order ?? '',
    currency: booking.currency,
    amount: minor(booking.payable),
    net: minor(booking.net),
    tax: minor(booking.tax),
    gross: minor(booking.gross),
    account: accountKey(booking.account ?? ''),
  };
}
