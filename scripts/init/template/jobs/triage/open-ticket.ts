import { defineTool } from 'holdfast';
import { z } from 'zod';
import { Opened, Ticket } from './schemas.ts';

// What the desk keeps beside the ticket itself is left out: a read-back compares what was sent.
const OnFile = z.object(Ticket.shape);

/** Opens a ticket. The desk remembers the key for a day, so that a repeat after a crash opens nothing more. */
export const openTicket = defineTool({
  name: 'open_ticket',
  version: 1,
  description: 'Opens a ticket at the desk.',
  system: 'desk',
  effect: 'write',
  class: 'A',
  keyTtl: '24 hours',
  input: Ticket,
  output: Opened,
  // Two runs that ask for a ticket of one message ask for the same effect.
  identity: ({ message }) => [message],
  facts: ({ topic, urgent, quote }) => ({ topic, urgent, quote: quote.slice(0, 80) }),
  resultFacts: ({ ticket }) => ({ ticket }),
  send: (ticket, { http, key }) => http.post('/tickets', ticket, { key }),
  readBack: async ({ message }, { http }) => OnFile.parse(await http.get(`/tickets/${encodeURIComponent(message)}`)),
});
