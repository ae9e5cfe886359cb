import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { ExtractedFields } from '../../../examples/invoice-intake/extracted-fields.ts';
import {
  BODY_FORMS,
  generateMailInvoice,
} from '../../../examples/invoice-intake/generate/mail/generate-mail-invoice.ts';
import { generatePdfInvoice } from '../../../examples/invoice-intake/generate/pdf/generate-pdf-invoice.ts';
import { generateTextInvoice } from '../../../examples/invoice-intake/generate/text/generate-text-invoice.ts';
import { Booking } from '../../../examples/invoice-intake/schemas.ts';
import { findOrder } from '../../../examples/invoice-intake/tools/find-order.ts';
import { findVendor } from '../../../examples/invoice-intake/tools/find-vendor.ts';
import { textOfMail, textOfPdf } from '../../examples/invoice-intake/shown-text.ts';
import { answered, argumentsOf, ask, opening, tool, type Message, type Tool } from './conversation.ts';
import { startModel, type ModelProcess } from './model-process.ts';

let model: ModelProcess;
beforeAll(async () => {
  model = await startModel();
});
afterAll(() => model.stop());

const SEEDS = Array.from({ length: 30 }, (_, index) => 1_000 + index);
const submit = final(ExtractedFields);

/** The tool that takes the final output of a schema. */
function final(schema: z.ZodType): Tool {
  const { required = [], ...parameters } = z.toJSONSchema(schema, { io: 'input' });
  return {
    type: 'function',
    function: { name: 'submit', description: 'Hands in the final output.', parameters: { required, ...parameters } },
  };
}

/** What the model submits as the fields of a document that is text. */
async function extracted(text: string, mediaType = 'text/plain', after: Message[] = []): Promise<unknown> {
  const messages = [...opening(text, mediaType, 'Extract the fields of the document.'), ...after];
  return argumentsOf(await ask(model, messages, { tools: [submit] }), 'submit');
}

test('thirty generated PDFs are read entirely right', async () => {
  const read = await Promise.all(
    SEEDS.map(async (seed) => {
      const { bytes, fields } = await generatePdfInvoice(seed);
      return { seed, fields, submitted: await extracted(await textOfPdf(bytes)) };
    }),
  );
  expect(read.map(({ seed, submitted }) => ({ seed, submitted }))).toEqual(
    read.map(({ seed, fields }) => ({ seed, submitted: fields })),
  );
});

test.each(BODY_FORMS)('thirty generated mails of the form %s are read entirely right', async (form) => {
  const read = await Promise.all(
    SEEDS.map(async (seed) => {
      const { bytes, fields } = await generateMailInvoice(seed, form);
      return { seed, fields, submitted: await extracted(await textOfMail(bytes)) };
    }),
  );
  expect(read.map(({ seed, submitted }) => ({ seed, submitted }))).toEqual(
    read.map(({ seed, fields }) => ({ seed, submitted: fields })),
  );
});

const FIRST_SEED = 1_000;

test('a finding against a field that is right gets the same fields again, and one against a wrong field corrects it', async () => {
  const { bytes, fields } = await generatePdfInvoice(FIRST_SEED);
  const text = await textOfPdf(bytes);
  const given = { ...fields, number: 'wrong', totals: { ...fields.totals, net: '1.00' } };
  const call = { id: 'call_1', type: 'function', function: { name: 'submit', arguments: JSON.stringify(given) } };
  const findings = ['number', 'totals.net', 'currency'].map((field) => ({
    rule: 'matches-text',
    field,
    sentence: 'No.',
  }));
  const after: Message[] = [
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'call_1', content: JSON.stringify({ accepted: false, findings }) },
  ];
  expect(await extracted(text, 'text/plain', after)).toEqual(fields);
});

test('thirty sets of extracted fields, as JSON with sorted keys, are read back entirely right', async () => {
  const read = await Promise.all(
    SEEDS.map(async (seed) => {
      const { fields } = generateTextInvoice(seed);
      return { seed, fields, submitted: await extracted(sortedJson(fields), 'application/json') };
    }),
  );
  expect(read.map(({ seed, submitted }) => ({ seed, submitted }))).toEqual(
    read.map(({ seed, fields }) => ({ seed, submitted: fields })),
  );
});

test('extracted fields become a booking by the tools of the books, with the first account', async () => {
  const tools = [findVendor.description, findOrder.description];
  const lookUps: Tool[] = [
    tool('find_vendor', tools[0] ?? '', { name: { type: 'string' }, vatId: { type: ['string', 'null'] } }),
    tool('find_order', tools[1] ?? '', { number: { type: 'string' } }),
    final(Booking),
  ];
  const booked = await Promise.all(
    SEEDS.map(async (seed) => {
      const { fields, vendor, order, expected } = generateTextInvoice(seed);
      const messages = opening(sortedJson(fields), 'application/json');
      const first = await ask(model, messages, { tools: lookUps });
      const results = { find_vendor: { vendors: [vendor] }, find_order: { orders: order === null ? [] : [order] } };
      const asked = first.calls.map(({ name, arguments: given }) => ({ name, given }));
      const last = await ask(model, [...messages, ...answered(first, results)], { tools: lookUps });
      return { seed, asked, submitted: argumentsOf(last, 'submit'), vendor, order, expected };
    }),
  );
  expect(booked.map(({ seed, submitted }) => ({ seed, submitted }))).toEqual(
    booked.map(({ seed, expected }) => ({ seed, submitted: expected })),
  );
  for (const { asked, vendor, order } of booked) {
    expect(asked.find(({ name }) => name === 'find_vendor')?.given['name']).toBe(vendor.name);
    expect(asked.find(({ name }) => name === 'find_order')?.given['number']).toBe(order?.number);
  }
});

/** JSON as the engine shows it: keys in alphabetical order at every depth. */
function sortedJson(value: object): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
