import { defineAgent, defineJob, defineTool, defineVerifier, verdictOf } from 'holdfast';
import { z } from 'zod';

const Errand = z.strictObject({
  message: z.string().min(1),
  goes: z
    .enum(['ticket', 'natural', 'asked', 'blind', 'forgetful', 'signal', 'bug', 'sleep', 'tool-bug', 'crash'])
    .default('ticket'),
});
const Ticket = z.strictObject({ title: z.string().min(1), priority: z.enum(['low', 'high']), quote: z.string() });
const Opened = z.object({ id: z.string(), title: z.string(), priority: z.enum(['low', 'high']) });
const Person = z.strictObject({ name: z.string() });
const Contact = z.object({ name: z.string(), mail: z.email(), seats: z.int().min(2) });

const findContact = defineTool({
  name: 'find_contact',
  version: 1,
  system: 'people',
  effect: 'read',
  input: Person,
  output: Contact,
  send: ({ name }, { http }) => http.get('/contacts', { query: { name } }),
});

const ticketBase = { version: 1, system: 'desk', effect: 'write', input: Ticket, output: Opened } as const;

const openTicket = defineTool({
  ...ticketBase,
  name: 'open_ticket',
  class: 'A',
  keyTtl: '24 hours',
  identity: ({ title, quote }) => [title, quote],
  facts: ({ title, priority }) => ({ title, priority }),
  resultFacts: ({ id }) => ({ id }),
  send: (ticket, { http, key }) => http.post('/tickets', ticket, { key }),
  readBack: ({ title }, { http }) => http.get('/tickets', { query: { title } }),
});

/** Says that its receiver knows keys, and sends none. */
const openForgetful = defineTool({
  ...ticketBase,
  name: 'open_forgetful',
  class: 'A',
  keyTtl: '24 hours',
  send: (ticket, { http }) => http.post('/tickets', ticket),
});

const openNatural = defineTool({
  ...ticketBase,
  name: 'open_natural',
  class: 'B',
  send: (ticket, { http }) => http.put(`/tickets/${encodeURIComponent(ticket.title)}`, ticket),
});

const Entries = z.object({ references: z.array(Opened) });

const openAsked = defineTool({
  ...ticketBase,
  name: 'open_asked',
  class: 'C',
  send: (ticket, { http, key }) => http.post('/tickets', { ...ticket, reference: key }),
  reconcile: async (_, { http, key }) => Entries.parse(await http.get(`/references/${key}`)).references[0],
});

const openBlind = defineTool({
  ...ticketBase,
  name: 'open_blind',
  class: 'D',
  send: async (ticket, { fetch }) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch('/tickets', { method: 'POST', body: JSON.stringify(ticket), headers });
    return response.json();
  },
});

const plan = defineTool({
  name: 'plan',
  version: 1,
  effect: 'read',
  input: Errand,
  output: Errand,
  resultFacts: ({ goes }) => ({ goes }),
  send: async (given) => {
    if (given.goes === 'tool-bug') throw new TypeError('The plan is no plan.');
    if (given.goes === 'crash') process.exit(7);
    return given;
  },
});

const quoted = defineVerifier({
  name: 'quoted',
  version: 1,
  input: Errand,
  output: Ticket,
  judge: ({ input, output }) =>
    verdictOf(
      input.message.includes(output.quote)
        ? []
        : [{ of: 'output', rule: 'quoted', field: 'quote', sentence: `The message does not say "${output.quote}".` }],
    ),
});

const triage = defineAgent({
  input: Errand,
  output: Ticket,
  prompt: new URL('./triage.md', import.meta.url),
  tools: { findContact },
  verify: [quoted],
});

/** Turns a message into a ticket, at a desk of the class that it says. */
export const errand = defineJob({
  name: 'errand',
  version: 1,
  input: Errand,
  output: Opened,
  dataClass: 'internal',
  identity: ({ message }) => [message],
  agents: { triage },
  tools: { plan, openTicket, openForgetful, openNatural, openAsked, openBlind },
  budget: { turns: 6, within: '10 minutes' },
});
