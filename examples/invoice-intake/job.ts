import { defineJob } from 'holdfast';
import { extract } from './extract.ts';
import { propose } from './propose.ts';
import { Delivery, Receipt } from './schemas.ts';
import { postBooking } from './tools/post-booking.ts';
import { readDocument } from './tools/read-document.ts';
import { totals } from './totals.ts';

/** Takes invoices and credit notes, as UBL, PDF or mail, to verified bookings in the books. */
export const invoiceIntake = defineJob({
  name: 'invoice-intake',
  version: 1,
  input: Delivery,
  output: Receipt,
  dataClass: 'confidential',
  identity: (delivery) => [delivery.source],
  agents: { extract, propose },
  tools: { readDocument, postBooking },
  checks: { totals },
  budget: { turns: 12, within: '2 hours' },
});
