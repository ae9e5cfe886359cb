import { readFileSync } from 'node:fs';
import { deliveryOf } from '../../../examples/invoice-intake/demo/delivery.ts';
import type { ExtractedFields } from '../../../examples/invoice-intake/extracted-fields.ts';
import { readWholeUbl } from '../../../examples/invoice-intake/ubl/read-ubl.ts';
import type { Booking, Delivery } from '../../../examples/invoice-intake/schemas.ts';
import type { WholeDocument } from '../../../examples/invoice-intake/ubl/document.ts';

/** The text of a sample document of the example. */
export function sampleText(file: string): string {
  return readFileSync(new URL(`../../../examples/invoice-intake/documents/${file}`, import.meta.url), 'utf8');
}

/** A sample document of any format, as it is delivered. */
export function sampleDelivery(file: string): Delivery {
  const url = new URL(`../../../examples/invoice-intake/documents/${file}`, import.meta.url);
  return deliveryOf(file, { source: file, bytes: readFileSync(url) });
}

/** A sample document, read. */
export function sample(file: string): WholeDocument {
  return readWholeUbl(sampleText(file));
}

/** The right booking of `01-plain.xml`. */
export const PLAIN_BOOKING: Booking = {
  kind: 'invoice',
  number: 'NL-2026-0117',
  vendor: 'V-117',
  order: 'KW-4711',
  currency: 'EUR',
  net: '1710.00',
  tax: '324.90',
  gross: '2034.90',
  payable: '2034.90',
  account: 'DE89370400440532013000',
};

/** What `08-text.pdf` says. */
export const PDF_FIELDS: ExtractedFields = {
  kind: 'invoice',
  number: 'AD-2026-0245',
  issueDate: '2026-03-09',
  currency: 'EUR',
  supplier: { name: 'Alster Druck & Medien GmbH', vatId: 'DE100000245' },
  order: 'KW-4730',
  accounts: ['DE12500105170648489890'],
  lines: [
    { id: '1', net: '890.00' },
    { id: '2', net: '260.00' },
    { id: '3', net: '34.50' },
  ],
  allowances: [],
  vat: [{ rate: '19', taxable: null, tax: '225.06' }],
  totals: { lines: null, net: '1184.50', tax: '225.06', gross: '1409.56', prepaid: null, payable: '1409.56' },
};

/** What `09-mail.eml` says. */
export const MAIL_FIELDS: ExtractedFields = {
  kind: 'invoice',
  number: 'FG-2026-56',
  issueDate: '2026-03-10',
  currency: 'EUR',
  supplier: { name: 'Feldmann Gartenbau e.K.', vatId: 'DE100000256' },
  order: 'KW-4731',
  accounts: ['DE27100777770209299700'],
  lines: [
    { id: '1', net: '1250.00' },
    { id: '2', net: '180.00' },
  ],
  allowances: [],
  vat: [{ rate: '19', taxable: null, tax: '271.70' }],
  totals: { lines: null, net: '1430.00', tax: '271.70', gross: '1701.70', prepaid: null, payable: '1701.70' },
};
