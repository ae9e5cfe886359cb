import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { argumentsOf, ask, opening, tool, withOptional } from './conversation.ts';
import { creditNote, invoice } from './documents.ts';
import { startModel, type ModelProcess } from './model-process.ts';

let model: ModelProcess;
beforeAll(async () => {
  model = await startModel();
});
afterAll(() => model.stop());

/** What the model submits for these properties of the final tool. */
async function submits(properties: Record<string, object>, document = invoice(), optional: readonly string[] = []) {
  const final = withOptional(tool('submit', 'Hands in the final output.', properties), optional);
  return argumentsOf(await ask(model, opening(document), { tools: [final] }), 'submit');
}

test('enum and const values are honoured in their own spelling', async () => {
  const properties = {
    version: { const: 1 },
    kind: { enum: ['INVOICE', 'CREDIT_NOTE'] },
    currency: { enum: ['usd', 'eur'] },
  };
  expect(await submits(properties)).toEqual({ version: 1, kind: 'INVOICE', currency: 'eur' });
  expect(await submits(properties, creditNote())).toEqual({ version: 1, kind: 'CREDIT_NOTE', currency: 'eur' });
});

test('of a union the member that fits the document is filled', async () => {
  const text = { type: 'string' };
  const member = (kind: string): object => ({
    type: 'object',
    properties: { kind: { const: kind }, number: text, precedingInvoice: text },
    required: ['kind', 'number'],
  });
  const document = { anyOf: [member('invoice'), member('credit-note')] };
  expect(await submits({ document })).toEqual({ document: { kind: 'invoice', number: 'K-2041' } });
  const filled = { kind: 'credit-note', number: 'K-2041', precedingInvoice: 'K-17' };
  expect(await submits({ document }, creditNote())).toEqual({ document: filled });
});

test('numbers are given where the schema asks for numbers, in minor units when it says so', async () => {
  const total = { type: 'number' };
  const net = { type: 'integer', description: 'Net amount in minor units.' };
  expect(await submits({ total, net }, invoice({ net: '100.50', payable: '119.60' }))).toEqual({
    total: 119.6,
    net: 10_050,
  });
});

test('an amount is given in the form a pattern asks for, without rounding', async () => {
  const total = { type: 'string', pattern: String.raw`^-?\d+\.\d{2}$` };
  expect(await submits({ total }, invoice({ payable: '119' }))).toEqual({ total: '119.00' });
  expect(await submits({ total }, invoice({ payable: '119.5000' }))).toEqual({ total: '119.50' });
});

test('nested objects are filled by what surrounds their fields', async () => {
  const text = { type: 'string' };
  const nested = (properties: Record<string, object>): object => ({
    type: 'object',
    properties,
    required: Object.keys(properties),
  });
  const properties = {
    vendor: nested({ name: text, vatId: text }),
    buyer: nested({ name: text, vatId: text }),
    totals: nested({ net: text, tax: text, gross: text }),
    total: nested({ value: text, currency: text }),
  };
  expect(await submits(properties)).toEqual({
    vendor: { name: 'Müller & Söhne GmbH', vatId: 'DE811907980' },
    buyer: { name: 'The buyer AG', vatId: 'DE999999999' },
    totals: { net: '100.00', tax: '19.00', gross: '119.00' },
    total: { value: '119.00', currency: 'EUR' },
  });
});

test('references inside the schema are followed', async () => {
  const final = tool('submit', 'Hands in.', { total: { $ref: '#/$defs/money' }, account: { $ref: '#/$defs/account' } });
  const $defs = { money: { type: 'string', description: 'Net amount' }, account: { type: ['string', 'null'] } };
  const parameters = { ...final.function.parameters, $defs };
  const turn = await ask(model, opening(invoice({ account: null })), {
    tools: [{ ...final, function: { ...final.function, parameters } }],
  });
  expect(argumentsOf(turn, 'submit')).toEqual({ total: '100.00', account: null });
});

test('optional fields are given when known, and left out when not', async () => {
  const text = { type: 'string' };
  const properties = { number: text, orderNumber: text, note: text, phoneNumber: text };
  const optional = ['orderNumber', 'note', 'phoneNumber'];
  expect(await submits(properties, invoice(), optional)).toEqual({ number: 'K-2041', orderNumber: 'PO-88' });
  expect(await submits(properties, invoice({ order: null, note: 'Thanks' }), optional)).toEqual({
    number: 'K-2041',
    note: 'Thanks',
  });
});

test('a list is left empty when the document has nothing for it', async () => {
  const attachments = { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } };
  const orders = { type: 'array', items: { type: 'string' }, description: 'Order numbers.' };
  expect(await submits({ attachments, orders })).toEqual({ attachments: [], orders: ['PO-88'] });
  expect(await submits({ attachments, orders }, invoice({ order: null }))).toEqual({ attachments: [], orders: [] });
});

test('numbers, dates and names of others are not taken for those of the invoice', async () => {
  const nullable = { type: ['string', 'null'] };
  const names = ['phoneNumber', 'orderDate', 'deliveryDate', 'accountName', 'glAccount', 'contractReference'];
  const properties = Object.fromEntries(names.map((name) => [name, nullable]));
  expect(await submits(properties)).toEqual(Object.fromEntries(names.map((name) => [name, null])));
});
