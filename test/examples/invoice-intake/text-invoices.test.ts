import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { ExtractedFields } from '../../../examples/invoice-intake/extracted-fields.ts';
import { generateInvoice } from '../../../examples/invoice-intake/generate/generate-invoice.ts';
import {
  BODY_FORMS,
  generateMailInvoice,
} from '../../../examples/invoice-intake/generate/mail/generate-mail-invoice.ts';
import { generatePdfInvoice } from '../../../examples/invoice-intake/generate/pdf/generate-pdf-invoice.ts';
import { generateTextInvoice } from '../../../examples/invoice-intake/generate/text/generate-text-invoice.ts';
import { plainText } from '../../../examples/invoice-intake/generate/text/page.ts';
import { RELEASE_LIMIT } from '../../../examples/invoice-intake/limit.ts';
import { matchVendors } from '../../../examples/invoice-intake/matching.ts';
import { Booking } from '../../../examples/invoice-intake/schemas.ts';
import { bookingFacts } from '../../../examples/invoice-intake/tools/post-booking.ts';
import { findTotalsFaults } from '../../../examples/invoice-intake/totals.ts';
import type { WholeDocument } from '../../../examples/invoice-intake/ubl/document.ts';
import { add } from '../../../examples/invoice-intake/generate/generate-invoice.ts';
import { textOfMail, textOfPdf } from './shown-text.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

/** What a document says, in the form that the rules judge; a taxable amount and a sum of lines it leaves out are computed. */
function asDocument({ order, accounts, vat, totals, ...fields }: ExtractedFields): WholeDocument {
  const sumOf = (kind: 'allowance' | 'charge'): string | null => {
    const parts = fields.allowances.filter((part) => part.kind === kind).map(({ amount }) => amount);
    return parts.length === 0 ? null : add(parts).toFixed(2);
  };
  const stated = vat.filter(({ taxable }) => taxable !== null);
  return {
    ...fields,
    order,
    payeeAccounts: accounts,
    taxTotals: [
      {
        currency: fields.currency,
        amount: totals.tax,
        subtotals: stated.map((row) => ({ category: null, ...row })),
      },
    ],
    strayVat: [],
    totals: {
      ...totals,
      lines: totals.lines ?? add(fields.lines.map(({ net }) => net)).toFixed(2),
      allowances: sumOf('allowance'),
      charges: sumOf('charge'),
      rounding: null,
    },
    totalCurrencies: [fields.currency],
  };
}

test('every generated text says what adds up by EN 16931, and its booking is what it says', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { fields, expected, vendor, order } = generateTextInvoice(seed);
      expect(ExtractedFields.parse(fields)).toEqual(fields);
      expect(findTotalsFaults(asDocument(fields))).toEqual([]);
      expect(Booking.parse(expected)).toMatchObject({ number: fields.number, vendor: vendor.id, order: fields.order });
      expect(fields.totals).toMatchObject({ net: expected.net, tax: expected.tax, gross: expected.gross });
      expect(matchVendors([vendor], fields.supplier)).toEqual([vendor]);
      expect(order?.number ?? null).toBe(expected.order);
      expect(bookingFacts(expected).amount).toBeLessThanOrEqual(RELEASE_LIMIT.amount);
    }),
    { numRuns: 200 },
  );
});

test('one seed gives one text, one PDF and one mail', async () => {
  expect(generateTextInvoice(7)).toEqual(generateTextInvoice(7));
  expect(await generatePdfInvoice(7)).toEqual(await generatePdfInvoice(7));
  expect(await generateMailInvoice(7, 'pdf-attached')).toEqual(await generateMailInvoice(7, 'pdf-attached'));
});

test('a hundred seeds give documents of every kind', () => {
  const documents = Array.from({ length: 100 }, (_, seed) => generateTextInvoice(seed));
  const seen = (of: (document: (typeof documents)[number]) => unknown): Set<unknown> => new Set(documents.map(of));
  expect(seen(({ fields }) => fields.kind)).toEqual(new Set(['invoice', 'credit-note']));
  expect(seen(({ fields }) => fields.vat.length)).toEqual(new Set([1, 2, 3]));
  expect(seen(({ fields }) => fields.accounts.length)).toEqual(new Set([0, 1, 2]));
  expect(seen(({ fields }) => fields.allowances.map(({ kind }) => kind).join())).toEqual(
    new Set(['', 'allowance', 'charge', 'allowance,charge']),
  );
  for (const given of [
    (fields: ExtractedFields) => fields.order,
    (fields: ExtractedFields) => fields.totals.prepaid,
    (fields: ExtractedFields) => fields.supplier.vatId,
    (fields: ExtractedFields) => fields.lines[0]?.id,
    (fields: ExtractedFields) => fields.totals.lines,
    (fields: ExtractedFields) => fields.vat[0]?.taxable,
  ])
    expect(seen(({ fields }) => given(fields) === null)).toEqual(new Set([true, false]));
});

test('the text layer of a PDF holds the letters of every line, on as many pages as it takes', async () => {
  const long =
    Array.from({ length: 60 }, (_, seed) => seed).find((seed) => generateTextInvoice(seed).fields.lines.length > 30) ??
    0;
  for (const seed of [1, 2, long]) {
    const shown = await textOfPdf((await generatePdfInvoice(seed)).bytes);
    const letters = (text: string): string => text.replaceAll(/\s/gu, '');
    expect(letters(shown)).toBe(letters(plainText(generateTextInvoice(seed).lines)));
  }
});

test('a mail holds the same text in every form of its body', async () => {
  const letters = (text: string): string => text.replaceAll(/\s/gu, '').replaceAll('€', 'EUR');
  for (let seed = 0; seed < 20; seed += 1) {
    const written = letters(plainText(generateTextInvoice(seed).lines));
    for (const form of BODY_FORMS) {
      const shown = letters(await textOfMail((await generateMailInvoice(seed, form)).bytes));
      expect(shown).toBe(written);
    }
  }
});

test('a mail carries the PDF or the XML of the same seed, and who sends it', async () => {
  const [pdf, xml] = await Promise.all([
    generateMailInvoice(11, 'pdf-attached'),
    generateMailInvoice(11, 'xml-attached'),
  ]);
  const [pdfMail, xmlMail] = await Promise.all([PostalMime.parse(pdf.bytes), PostalMime.parse(xml.bytes)]);
  expect(pdfMail).toMatchObject({ from: { name: pdf.vendor.name }, subject: `Ihre Rechnung von ${pdf.vendor.name}` });
  expect(pdfMail.attachments).toMatchObject([{ filename: 'invoice-11.pdf', mimeType: 'application/pdf' }]);
  expect(bytesOf(pdfMail)).toEqual(Buffer.from((await generatePdfInvoice(11)).bytes));
  expect(bytesOf(xmlMail).toString()).toBe(generateInvoice(11).xml);
});

function bytesOf({ attachments }: Awaited<ReturnType<typeof PostalMime.parse>>): Buffer {
  const content = attachments[0]?.content ?? '';
  return typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer);
}
