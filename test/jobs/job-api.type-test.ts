import { defineAgent, defineCheck, defineJob, defineTool, defineVerifier, verdictOf, type BoundSteps, type Ref, type OutputOf } from 'holdfast';
import { z } from 'zod';

const Delivery = z.object({ source: z.string(), text: z.string() });
const Extracted = z.object({ text: z.string(), total: z.string() });
const Booking = z.strictObject({ vendor: z.string(), number: z.string(), total: z.string() });
const Receipt = z.object({ id: z.string() });
const readDocument = defineTool({
  name: 'read_document', version: 1, effect: 'read', input: Delivery, output: Extracted,
  resultFacts: (doc) => ({ structured: doc.total !== '' }),
  send: async (delivery) => ({ text: delivery.text, total: '1' }),
});
const findVendor = defineTool({
  name: 'find_vendor', version: 1, system: 'books', effect: 'read', input: z.object({ name: z.string(), limit: z.number().default(3) }), output: z.object({ id: z.string() }),
  send: (query, { http }) => http.get('/vendors', { query: { name: query.name, limit: query.limit } }),
});
const postBooking = defineTool({
  name: 'post_booking', version: 1, system: 'books', effect: 'write', class: 'A', keyTtl: '24 hours', input: Booking, output: Receipt,
  identity: (booking) => [booking.vendor, booking.number], facts: (booking) => ({ amount: booking.total }),
  send: (booking, { http, key }) => http.post('/bookings', booking, { key }),
});
const onFile = defineVerifier({
  name: 'vendor-on-file', version: 1, input: Extracted, output: Booking, tools: { findVendor },
  judge: async ({ output }, { findVendor: find }) => { const vendor = await find({ name: output.vendor }); return verdictOf(vendor.id === '' ? [{ of: 'output', rule: 'r', sentence: 's' }] : []); },
});
const totals = defineCheck({ version: 1, input: Extracted, judge: (document) => verdictOf(document.total === '' ? [] : []) });
const propose = defineAgent({ input: Extracted, prompt: new URL('./propose.md', import.meta.url), tools: { findVendor }, output: Booking, resultFacts: (b) => ({ amount: b.total }), verify: [onFile] });
const job = defineJob({ name: 'x', version: 1, input: Delivery, output: Receipt, dataClass: 'confidential', identity: (d) => [d.source], agents: { propose }, tools: { readDocument, postBooking }, checks: { totals } });
export async function run({ readDocument: read, propose: ask, postBooking: post, totals: check }: BoundSteps<typeof job>): Promise<Ref<OutputOf<typeof job>, unknown>> {
  const source = await read({ source: 'a', text: 'b' });
  if (source.facts.structured) await check(source);
  const booking = await ask(source);
  const amount: string = booking.facts.amount;
  void amount;
  return post(booking);
}
