import { describe, expect, test } from '@jest/globals';
import { canBe } from '../../../examples/invoice-intake/document-kind.ts';
import { documentOf, documentOfFields } from '../../../examples/invoice-intake/document-of.ts';
import { SAMPLE_DOCUMENTS } from '../../../examples/invoice-intake/expected.ts';
import type { ExtractedFields } from '../../../examples/invoice-intake/extracted-fields.ts';
import { printedAmounts } from '../../../examples/invoice-intake/printed.ts';
import { parseInThread } from '../../../examples/invoice-intake/reading/parse-in-thread.ts';
import { Booking } from '../../../examples/invoice-intake/schemas.ts';
import { SEED } from '../../../examples/invoice-intake/seed.ts';
import { judgeAccounts } from '../../../examples/invoice-intake/verifiers/account-on-file.ts';
import { arithmeticFindings } from '../../../examples/invoice-intake/verifiers/adds-up.ts';
import { compareWithSource } from '../../../examples/invoice-intake/verifiers/matches-source.ts';
import { judgeOrder } from '../../../examples/invoice-intake/verifiers/order-on-file.ts';
import { findNotInText } from '../../../examples/invoice-intake/verifiers/stands-in-text.ts';
import { judgeVendor } from '../../../examples/invoice-intake/verifiers/vendor-on-file.ts';
import { MAIL_FIELDS, PDF_FIELDS, sampleDelivery } from './sample-documents.ts';

async function textOf(file: string): Promise<string> {
  const { mediaType = '', base64 = '' } = sampleDelivery(file);
  const format = mediaType === 'application/pdf' ? 'pdf' : 'mail';
  return (await parseInThread({ format, mediaType, bytes: Buffer.from(base64, 'base64') })).text;
}

const SAMPLES = [
  ['08-text.pdf', PDF_FIELDS],
  ['09-mail.eml', MAIL_FIELDS],
] as const;

describe.each(SAMPLES)('%s', (file, fields) => {
  test('what it says stands in its text, adds up, and gives the booking that is expected [document.read-by-agent]', async () => {
    const expected = SAMPLE_DOCUMENTS.find((sample) => sample.file === file)?.expected;
    const booking = Booking.parse(expected !== undefined && 'booking' in expected ? expected.booking : undefined);
    const document = documentOf(fields);
    expect(findNotInText(await textOf(file), fields)).toEqual([]);
    expect(arithmeticFindings(fields)).toEqual([]);
    expect(compareWithSource(document, booking)).toEqual([]);
    expect(judgeVendor(document.supplier, SEED.vendors, booking.vendor)).toEqual([]);
    expect(judgeAccounts(document, SEED.vendors)).toEqual([]);
    expect(judgeOrder(document, SEED.orders, booking.vendor)).toEqual([]);
  });
});

test.each<[string, Partial<ExtractedFields>]>([
  ['kind', { kind: 'credit-note' }],
  ['number', { number: 'AD-2026-024' }],
  ['number', { number: '2026-0245' }],
  ['number', { number: '0245' }],
  ['order', { order: 'KW-4731' }],
  ['supplier.name', { supplier: { ...PDF_FIELDS.supplier, name: 'Alster Druck GmbH' } }],
  ['supplier.vatId', { supplier: { ...PDF_FIELDS.supplier, vatId: 'DE100000246' } }],
  ['currency', { currency: 'USD' }],
  ['accounts.0', { accounts: ['DE1250010517064848989'] }],
  ['lines.2.net', { lines: [...PDF_FIELDS.lines.slice(0, 2), { id: '3', net: '34.05' }] }],
  ['vat.0.tax', { vat: [{ rate: '19', taxable: null, tax: '225.60' }] }],
  ['totals.prepaid', { totals: { ...PDF_FIELDS.totals, prepaid: '100.00' } }],
  ['totals.payable', { totals: { ...PDF_FIELDS.totals, payable: '-1409.56' } }],
])(
  'a made up %s is the fault of the output, and the finding names it [document.read-by-agent]',
  async (field, wrong) => {
    const findings = findNotInText(await textOf('08-text.pdf'), { ...PDF_FIELDS, ...wrong });
    expect(findings.map((finding) => [finding.of, finding.field])).toContainEqual(['output', field]);
  },
);

test.each<[string, string, Partial<ExtractedFields>]>([
  [
    'BR-CO-10',
    'lines',
    { lines: PDF_FIELDS.lines, totals: { ...PDF_FIELDS.totals, lines: '1184.00', net: '1184.00' } },
  ],
  ['BR-CO-13', 'totals.net', { lines: PDF_FIELDS.lines.slice(0, 2) }],
  ['BR-CO-13', 'totals.net', { allowances: [{ kind: 'allowance', amount: '10.00' }] }],
  ['BR-CO-14', 'vat', { vat: [{ rate: '19', taxable: null, tax: '225.05' }] }],
  ['BR-CO-15', 'totals.gross', { totals: { ...PDF_FIELDS.totals, gross: '1409.57', payable: '1409.57' } }],
  ['BR-CO-16', 'totals.payable', { totals: { ...PDF_FIELDS.totals, prepaid: '100.00' } }],
  ['BR-CO-17', 'vat', { vat: [{ rate: '7', taxable: '1184.50', tax: '225.06' }] }],
  ['smallest-unit', 'totals', { totals: { ...PDF_FIELDS.totals, payable: '1409.561', gross: '1409.561' } }],
])('fields that break %s are the fault of the output at %s [document.read-by-agent]', (rule, field, wrong) => {
  const findings = arithmeticFindings({ ...PDF_FIELDS, ...wrong });
  expect(findings.map((finding) => [finding.of, finding.rule, finding.field])).toContainEqual(['output', rule, field]);
  expect(findings.find((finding) => finding.rule === rule)?.sentence).toContain(rule);
});

test('what a document does not write down counts as right: sums, lines, rates and taxable amounts', () => {
  const bare = { ...PDF_FIELDS, lines: [], vat: [{ rate: null, taxable: null, tax: '225.06' }] };
  expect(arithmeticFindings(bare)).toEqual([]);
  expect(arithmeticFindings({ ...bare, vat: [], totals: { ...bare.totals, lines: '1184.50' } })).toEqual([]);
  expect(documentOfFields(bare).lines).toEqual([{ id: null, net: '1184.5' }]);
});

test('a number without a digit, or in which another label stands, is none, although the text says so [document.read-by-agent]', () => {
  const fields = { ...PDF_FIELDS, number: 'R-33 / Date: 2026-03-14', order: 'KW-1 Kunde: 7' };
  const text = `${fields.number} ${fields.order}`;
  const named = { ...fields, number: 'Kunde', order: null };
  expect(findNotInText(text, named).map(({ field }) => field)).toContain('number');
  const found = findNotInText(text, fields).filter(({ field }) => field === 'number' || field === 'order');
  expect(found.map(({ of, field }) => `${of} ${field}`)).toEqual(['output number', 'output order']);
});

test('an account that is not on file is the fault of the document, named, whoever read it [document.read-by-agent]', () => {
  const [finding] = judgeAccounts(documentOf({ ...PDF_FIELDS, accounts: ['LT121000011101001000'] }), SEED.vendors);
  expect(finding).toMatchObject({ of: 'source', sentence: expect.stringContaining('LT121000011101001000') });
});

test('a text that nobody has read into fields is no source of a booking', () => {
  expect(() => documentOf({ structured: false, mediaType: 'application/pdf', text: 'x' })).toThrow(
    'must have its fields extracted first',
  );
});

test.each([
  ['1.234,56', '1234.56'],
  ['1,234.56', '1234.56'],
  ['1 234,56', '1234.56'],
  ["1'234.56", '1234.56'],
  ['1234,5', '1234.50'],
  ['EUR 12.345.678,90', '12345678.90'],
  ['10,-', '10.00'],
  ['-50,00', '-50.00'],
  ['50,00-', '-50.00'],
  ['(50.00)', '-50.00'],
  ['- 50,00 EUR', '-50.00'],
  ['1.234', '1234'],
  ['1.234', '1.234'],
])('%s prints the amount %s [document.read-by-agent]', (text, amount) => {
  expect(printedAmounts(text).has(amount)).toBe(true);
});

test.each([
  ['1.234,56', '234.56'],
  ['-50,00', '50.00'],
  ['50,00', '-50.00'],
  ['KW-4711', '-4711'],
  ['12,345', '12.34'],
])('%s does not print the amount %s', (text, amount) => {
  expect(printedAmounts(text).has(amount)).toBe(false);
});

test.each<[ExtractedFields['kind'], string, boolean]>([
  ['invoice', 'Gutschrift Nr. G-1\nzur Rechnung Nr. R-9', false],
  ['invoice', 'Stornorechnung S-1', false],
  ['invoice', 'Bill to: Kranich\nInvoice to: Kranich\nCredit note no.: G-1', false],
  ['invoice', 'Rechnungsempfänger: Kranich\nGutschrift', false],
  ['invoice', 'Rechnung Nr. R-9\nabzüglich Gutschrift Nr. G-1', true],
  ['invoice', 'Nr. 7, Gesamtbetrag 10,00', true],
  ['credit-note', 'Credit note CN-1 for invoice 12', true],
  ['credit-note', 'Invoice 12', false],
])('a document is no %s by what it calls itself: %j is %s [document.read-by-agent]', (kind, text, can) => {
  expect(canBe(kind, text)).toBe(can);
});

test('a number stands in a text as a whole and in one writing, however it is labelled [document.read-by-agent]', async () => {
  const text = await textOf('08-text.pdf');
  const fieldsOf = (number: string, written: string): readonly (string | undefined)[] =>
    findNotInText(text.replaceAll(PDF_FIELDS.number, written), { ...PDF_FIELDS, number }).map(({ field }) => field);
  for (const written of ['Nr.2026-12', '#2026-12', '(2026-12)', 'No:2026-12.', '2026-12,'])
    expect(fieldsOf('2026-12', written)).toEqual([]);
  for (const written of ['RE-2026-12', 'RE/2026-12', '2026-12/3', '1.2026-12', '2026-12.4', 'X2026-12'])
    expect(fieldsOf('2026-12', written)).toEqual(['number']);
  expect(fieldsOf('RE  12', 'RE 12')).toEqual(['number']);
  expect(fieldsOf('RE\u00a012', 'RE\u00a012')).toEqual(['number']);
  expect(fieldsOf('RE 12', 'RE\u00a012')).toEqual([]);
});

test('nothing counts as paid before that the document does not call so, though net and VAT stand there and add up [document.read-by-agent]', () => {
  const text = 'Invoice R-1 of Harbour Ltd in EUR\nNet total 100.00\nVAT 19 % 19.00\nTotal incl. VAT 119.00';
  const totals = { lines: null, net: '100.00', tax: '19.00', gross: '119.00', prepaid: '100.00', payable: '19.00' };
  const supplier = { name: 'Harbour Ltd', vatId: null };
  const vat = [{ rate: '19', taxable: null, tax: '19.00' }];
  const fields = {
    ...PDF_FIELDS,
    supplier,
    order: null,
    accounts: [],
    lines: [],
    allowances: [],
    number: 'R-1',
    vat,
    totals,
  };
  expect(arithmeticFindings(fields)).toEqual([]);
  expect(findNotInText(text, fields).map(({ field }) => field)).toEqual(['totals.prepaid']);
  expect(findNotInText(`${text}\nAlready paid 100.00`, fields)).toEqual([]);
});
