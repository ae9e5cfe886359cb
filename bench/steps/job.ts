import { defineJob, defineTool } from 'holdfast';
import { z } from 'zod';

/** What each run of a benchmark is given and writes. */
export const Ticket = z.strictObject({ run: z.string(), filler: z.string() });
/** What the receiver answers. */
export const Receipt = z.object({ id: z.string() });

/** A class A write with about 1 KB of arguments: what every step of the benchmark does. */
export const file = defineTool({
  name: 'file',
  version: 1,
  system: 'receiver',
  effect: 'write',
  class: 'A',
  keyTtl: '24 hours',
  input: Ticket,
  output: Receipt,
  send: (ticket, { http, key }) => http.post('/file', ticket, { key }),
});

/** Ten writes, one after the other. */
export const benchSteps = defineJob({
  name: 'bench-steps',
  version: 1,
  input: Ticket,
  output: Receipt,
  dataClass: 'internal',
  identity: (ticket) => [ticket.run],
  tools: { file },
});
