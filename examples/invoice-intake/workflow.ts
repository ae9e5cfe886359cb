import { waitForSignal, workflow } from 'holdfast/workflow';
import type { invoiceIntake } from './job.ts';
import { RELEASE_LIMIT, releaseReason } from './limit.ts';

/** Takes a delivered document to a verified booking that was read back. */
export const invoiceIntakeWorkflow = workflow<typeof invoiceIntake>(async (steps, delivery) => {
  const { readDocument, totals, propose, postBooking } = steps;
  const source = await readDocument(delivery);
  if (source.facts.structured) await totals(source);
  // Named only where it is needed: runs that were started before it existed have no such step.
  const booking = await propose(source.facts.structured ? source : await steps.extract(source));
  const reason = releaseReason(booking.facts, RELEASE_LIMIT);
  if (reason !== undefined) await waitForSignal({ name: 'release', within: '3 days', sentence: reason });
  return postBooking(booking);
});
