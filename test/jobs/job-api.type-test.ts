// What the job API accepts and refuses, for the type checker alone: `npm run check` runs it. [jobs.types] [jobs.unbuilt-refused]
import {
  type BoundSteps,
  defineAgent,
  defineCheck,
  defineJob,
  defineTool,
  defineVerifier,
  type Ref,
  verdictOf,
} from 'holdfast';
import { workflow } from 'holdfast/workflow';
import { z } from 'zod';

const Delivery = z.object({ source: z.string(), text: z.string() });
const Extracted = z.object({ text: z.string(), total: z.string() });
const Booking = z.strictObject({ vendor: z.string(), number: z.string(), total: z.string() });
const Receipt = z.object({ id: z.string() });
const Query = z.object({ name: z.string(), limit: z.number().default(3) });
const prompt = new URL('./propose.md', import.meta.url);

const readDocument = defineTool({
  name: 'read_document',
  version: 1,
  effect: 'read',
  input: Delivery,
  output: Extracted,
  resultFacts: (document) => ({ structured: document.total !== '' }),
  send: async (delivery) => ({ text: delivery.text, total: '1' }),
});
const findVendor = defineTool({
  name: 'find_vendor',
  version: 1,
  system: 'books',
  effect: 'read',
  input: Query,
  output: z.object({ id: z.string() }),
  // The default is filled in before `send` sees it, and may be left out by the caller.
  send: (query, { http }) => http.get('/vendors', { query: { name: query.name, limit: query.limit.toFixed(0) } }),
});
const write = {
  name: 'post_booking',
  version: 1,
  system: 'books',
  effect: 'write',
  input: Booking,
  output: Receipt,
} as const;
const postBooking = defineTool({
  ...write,
  class: 'A',
  keyTtl: '24 hours',
  identity: (booking) => [booking.vendor, booking.number],
  facts: (booking) => ({ amount: booking.total }),
  send: (booking, { http, key }) => http.post('/bookings', booking, { key }),
});
const onFile = defineVerifier({
  name: 'vendor-on-file',
  version: 1,
  input: Extracted,
  output: Booking,
  tools: { findVendor },
  judge: async ({ output }, { findVendor: find }) => {
    const vendor = await find({ name: output.vendor });
    return verdictOf(
      vendor.id === '' ? [{ of: 'output', rule: 'on-file', sentence: 'The vendor is not on file.' }] : [],
    );
  },
});
const totals = defineCheck({ version: 1, input: Extracted, judge: ({ total }) => verdictOf(total === '' ? [] : []) });
const propose = defineAgent({
  input: Extracted,
  prompt,
  tools: { findVendor },
  output: Booking,
  resultFacts: (booking) => ({ amount: booking.total }),
  verify: [onFile],
});
const parts = { agents: { propose }, tools: { readDocument, postBooking }, checks: { totals } };
const intake = {
  name: 'intake',
  version: 1,
  input: Delivery,
  output: Receipt,
  dataClass: 'confidential',
  identity: (delivery: z.infer<typeof Delivery>) => [delivery.source],
} as const;
const job = defineJob({ ...intake, ...parts });

/** The steps arrive typed by the manifest, and facts as the agent and the tool declared them. */
export const intakeWorkflow = workflow<typeof job>(async (steps, delivery) => {
  const source = await steps.readDocument(delivery);
  const structured: boolean = source.facts.structured;
  if (structured) await steps.totals(source);
  const booking = await steps.propose(source);
  const amount: string = booking.facts.amount;
  return amount === '' ? steps.postBooking({ vendor: 'a', number: 'b', total: 'c' }) : steps.postBooking(booking);
});

/** A repetition has a name, and what is tried is a value. */
export const triedWorkflow = workflow<typeof job>(async (steps, delivery) => {
  const source = await steps.readDocument.as('first')(delivery);
  const outcome = await steps.propose.as('line-3').try(source);
  const booking = outcome.kind === 'committed' ? outcome.value : await steps.propose(source);
  const amount: string = booking.facts.amount;
  const posted = await steps.postBooking.try({ vendor: 'a', number: 'b', total: amount });
  return posted.kind === 'committed' ? posted.value : steps.postBooking(booking);
});

/** An agent is given fewer tools by the names that it has them under, also as a repetition. */
export const fewerToolsWorkflow = workflow<typeof job>(async (steps, delivery) => {
  const source = await steps.readDocument(delivery);
  const amount: string = (await steps.propose.with({ tools: ['findVendor'] }).as('line-3')(source)).facts.amount;
  const booking = await steps.propose.with({ tools: [] })(source);
  return amount === '' ? steps.postBooking(booking) : steps.postBooking(await steps.propose(source));
});

/** Wrong uses of steps, each refused. */
export async function wrongSteps(steps: BoundSteps<typeof job>, source: Ref<z.infer<typeof Extracted>>): Promise<void> {
  // @ts-expect-error -- a booking is missing a field
  await steps.postBooking({ vendor: 'a', number: 'b' });
  // @ts-expect-error -- a field is unknown
  await steps.postBooking({ vendor: 'a', number: 'b', total: 'c', colour: 'red' });
  // @ts-expect-error -- an extracted document is no booking
  await steps.postBooking(source);
  // @ts-expect-error -- nor is it one when it is tried, or named
  await steps.postBooking.as('one').try(source);
  // @ts-expect-error -- a repetition is named once
  steps.postBooking.as('one').as('two');
  // @ts-expect-error -- the agent does not have that tool
  steps.propose.with({ tools: ['postBooking'] });
  // @ts-expect-error -- a tool has no tools
  steps.postBooking.with({ tools: [] });
  // @ts-expect-error -- there is no such step
  await steps.postBokking({ vendor: 'a', number: 'b', total: 'c' });
  const booking = await steps.propose(source);
  // @ts-expect-error -- the fact was not declared
  void booking.facts.vendor;
}

/** A class A tool may say how its receiver is asked once the key is forgotten. */
export const askedAfterTtl = defineTool({
  ...write,
  class: 'A',
  keyTtl: '24 hours',
  send: (booking, { http, key }) => http.post('/bookings', booking, { key }),
  reconcile: async (booking, { http }) => http.get(`/bookings/${booking.number}`),
});

/** Wrong declarations, each refused. */
export const wrong = {
  // @ts-expect-error -- an extracted document is no receipt
  wrongReturn: workflow<typeof job>(async (steps, delivery) => steps.readDocument(delivery)),
  // @ts-expect-error -- class C needs `reconcile`
  blindC: defineTool({ ...write, class: 'C', send: async () => ({}) }),
  // @ts-expect-error -- class A needs `keyTtl`
  noTtl: defineTool({ ...write, class: 'A', send: async () => ({}) }),
  // @ts-expect-error -- a write declares its class
  noClass: defineTool({ ...write, send: async () => ({}) }),
  // @ts-expect-error -- a duration is misspelt
  badDuration: defineTool({ ...write, class: 'D', timeout: '3 dyas', send: async () => ({}) }),
  // @ts-expect-error -- facts are flat
  nested: defineTool({ ...write, class: 'D', facts: () => ({ deep: { a: 1 } }), send: async () => ({}) }),
  // @ts-expect-error -- a verifier of other data judges nothing here
  foreign: defineAgent({ input: Delivery, output: Booking, prompt, verify: [onFile] }),
  // @ts-expect-error -- a job without an identity
  noIdentity: defineJob({ name: 'x', version: 1, input: Delivery, output: Receipt, dataClass: 'internal' }),
  // @ts-expect-error -- a key is misspelt
  misspelt: defineJob({ ...intake, ...parts, bugdet: { turns: 3 } }),
  // @ts-expect-error -- a duration is misspelt here too
  late: defineJob({ ...intake, ...parts, questions: { within: '3 dyas' } }),
  // @ts-expect-error -- approvals come with their room
  approvals: defineJob({ ...intake, ...parts, approvals: {} }),
  // @ts-expect-error -- so does money
  money: defineJob({ ...intake, ...parts, budget: { usd: 1 } }),
  // @ts-expect-error -- one name cannot be agent and tool
  twice: defineJob({ ...intake, agents: { propose }, tools: { propose: postBooking } }),
};
