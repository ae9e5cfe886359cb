import { defineAgent, defineJob } from 'holdfast';
import { openTicket } from './open-ticket.ts';
import { quoteInText } from './quote-in-text.ts';
import { Message, Opened, Ticket } from './schemas.ts';

const triage = defineAgent({
  input: Message,
  output: Ticket,
  prompt: new URL('./triage.md', import.meta.url),
  verify: [quoteInText],
});

/** Takes a message to the support to a ticket. */
export const triageJob = defineJob({
  name: 'triage',
  version: 1,
  input: Message,
  output: Opened,
  dataClass: 'internal',
  // Two starts with the same message are one run.
  identity: ({ message }) => [message],
  agents: { triage },
  tools: { openTicket },
  budget: { turns: 6, within: '10 minutes' },
});
