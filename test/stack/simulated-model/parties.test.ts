import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { ExtractedFields } from '../../../examples/invoice-intake/extracted-fields.ts';
import { argumentsOf, ask, opening, type Tool } from './conversation.ts';
import { startModel, type ModelProcess } from './model-process.ts';

let model: ModelProcess;
beforeAll(async () => {
  model = await startModel();
});
afterAll(() => model.stop());

const { required = [], ...parameters } = z.toJSONSchema(ExtractedFields, { io: 'input' });
const submit: Tool = {
  type: 'function',
  function: { name: 'submit', description: 'Hands in the final output.', parameters: { required, ...parameters } },
};

const SUPPLIER = { name: 'Birken Papier & Druck GmbH', vatId: 'DE100000245' };
const REST = `Invoice date: 2026-03-09
Pos.  Description  Quantity  Net amount
1  Paper  10  100.00
Net total  100.00
VAT 19 %  19.00
Total incl. VAT  119.00
IBAN  DE12 5001 0517 0648 4898 90`;

/** The supplier that the model reads from a document with this head. */
async function supplierIn(head: string): Promise<unknown> {
  const turn = await ask(model, opening(`${head}\n${REST}`, 'text/plain'), { tools: [submit] });
  return argumentsOf(turn, 'submit')?.['supplier'];
}

test.each([
  [
    'beside its label',
    'Rechnung\n\nLieferant  Birken Papier & Druck GmbH\nUSt-IdNr.  DE100000245\nRechnungsnummer  R-1-245',
  ],
  [
    'beside its label, after the VAT number',
    'INVOICE\n\nVAT no.  DE100000245\nSupplier  Birken Papier & Druck GmbH\nInvoice number  R-1-245',
  ],
  [
    'in the title',
    'Invoice from Birken Papier & Druck GmbH\nVAT ID: DE100000245\n\nBill to: Kranich Werkzeugbau GmbH\n\nInvoice number: R-1-245',
  ],
  ['after a label of its own', 'INVOICE R-1-245\n\nSupplier\nName: Birken Papier & Druck GmbH\nVAT ID: DE100000245\n'],
  [
    'below a VAT number',
    'INVOICE R-1-245\n\nSeller:\nVAT ID: DE100000245\nBirken Papier & Druck GmbH\nAm Wehr 3, 20457 Hamburg\n',
  ],
  [
    'beside the buyer',
    'INVOICE\n\nFrom  Bill to\nBirken Papier & Druck GmbH  Kranich Werkzeugbau GmbH\nVAT ID: DE100000245\n\nInvoice number  R-1-245',
  ],
])('the supplier is read where the name stands %s, and no label is taken for it', async (_where, head) => {
  expect(await supplierIn(head)).toEqual(SUPPLIER);
});

test('a supplier whose legal form ends in a full stop is read by its label, and no VAT number is taken for a name', async () => {
  const head =
    'Supplier VAT     NL123456789B01\nSupplier name    Oak & Elm Furniture B.V.\nInvoice no.      OE-2026-19';
  expect(await supplierIn(head)).toEqual({ name: 'Oak & Elm Furniture B.V.', vatId: 'NL123456789B01' });
});

test('a credit note has its own number, not that of the invoice that it corrects', async () => {
  const head =
    'CREDIT NOTE No. CN-901\nSupplier: Donau Software AG\nInvoice number: INV-700   Reference invoice: INV-700';
  const note = `${head}\n${REST.replace('Total incl. VAT', 'Total credit')}`;
  const turn = await ask(model, opening(note, 'text/plain'), { tools: [submit] });
  expect(argumentsOf(turn, 'submit')).toMatchObject({
    kind: 'credit-note',
    number: 'CN-901',
    totals: { net: '100.00', gross: '119.00', payable: '119.00' },
  });
});

test('headings of parties are no labels, whatever digits their names have', async () => {
  const head =
    'INVOICE\nSupplier          Invoice to\nHaus 17 Bau GmbH  Kranich Werkzeugbau GmbH\nAm Markt 8        Werkstr. 12\n\nInvoice no.: R-33';
  const turn = await ask(model, opening(`${head}\n${REST}`, 'text/plain'), { tools: [submit] });
  expect(argumentsOf(turn, 'submit')).toMatchObject({ number: 'R-33', supplier: { name: 'Haus 17 Bau GmbH' } });
});

test('two pairs in one cell are two pairs', async () => {
  const head = 'Supplier: Donau Software AG\nInvoice No.: R-33 / Order no.: KW-7001, Currency: EUR';
  const turn = await ask(model, opening(`${head}\n${REST}`, 'text/plain'), { tools: [submit] });
  expect(argumentsOf(turn, 'submit')).toMatchObject({ number: 'R-33', order: 'KW-7001', currency: 'EUR' });
});

test('tables that are drawn with bars are read like others', async () => {
  const head =
    'Supplier: Donau Software AG\n\n| Invoice no. | Invoice date | PO |\n|---|:---|---|\n| R-33 | 2026-05-02 | KW-8001 |\n';
  const turn = await ask(model, opening(`${head}\n${REST}`, 'text/plain'), { tools: [submit] });
  expect(argumentsOf(turn, 'submit')).toMatchObject({ number: 'R-33', order: 'KW-8001' });
});

test('headings one blank apart are told apart by the row below', async () => {
  const head = [
    'INVOICE',
    'Birken Papier & Druck GmbH',
    '',
    'Your order       Purchase department Customer number',
    'KW-4720          Mrs Huber          99810',
    '',
    'Invoice number: R-1-245',
  ].join('\n');
  const turn = await ask(model, opening(`${head}\n${REST}`, 'text/plain'), { tools: [submit] });
  expect(argumentsOf(turn, 'submit')).toMatchObject({ number: 'R-1-245', order: 'KW-4720' });
});
