import { waitForSignal, workflow } from 'holdfast/workflow';
import type { invoiceIntake } from './job.ts';
import { RELEASE_LIMIT, releaseReason } from './limit.ts';

/** Takes a delivered document to a verified booking that was read back. */
export const invoiceIntakeWorkflow = workflow<typeof invoiceIntake>(
  async ({ readDocument, totals, propose, postBooking }, delivery) => {
    const source = await readDocument(delivery);
    if (source.facts.structured) await totals(source);
    const booking = await propose(source);
    const reason = releaseReason(booking.facts, RELEASE_LIMIT);
    if (reason !== undefined) await waitForSignal({ name: 'release', within: '3 days', sentence: reason });
    return postBooking(booking);
  },
);
