import { defineAgent } from 'holdfast';
import { Booking, Source } from './schemas.ts';
import { shownSource } from './shown-document.ts';
import { findOrder } from './tools/find-order.ts';
import { findVendor } from './tools/find-vendor.ts';
import { bookingFacts } from './tools/post-booking.ts';
import { accountOnFile } from './verifiers/account-on-file.ts';
import { matchesSource } from './verifiers/matches-source.ts';
import { orderOnFile } from './verifiers/order-on-file.ts';
import { vendorOnFile } from './verifiers/vendor-on-file.ts';

/** Finds vendor and order and proposes the booking of a document; nothing it says counts before all verifiers agree. */
export const propose = defineAgent({
  input: Source,
  output: Booking,
  prompt: new URL('./propose.md', import.meta.url),
  show: shownSource,
  tools: { findVendor, findOrder },
  verify: [matchesSource, vendorOnFile, accountOnFile, orderOnFile],
  resultFacts: (booking) => ({
    kind: booking.kind,
    number: booking.number,
    vendor: booking.vendor,
    currency: booking.currency,
    amount: bookingFacts(booking).amount,
    payable: booking.payable,
  }),
});
