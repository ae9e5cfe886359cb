import { defineJob } from 'holdfast';
import { file, Receipt, Ticket } from '../steps/job.ts';

/** Waits until it is woken, then makes one write. */
export const benchParked = defineJob({
  name: 'bench-parked',
  version: 1,
  input: Ticket,
  output: Receipt,
  dataClass: 'internal',
  identity: (ticket) => [ticket.run],
  tools: { file },
});
