import { readFileSync } from 'node:fs';
import { readWholeUbl } from '../../../examples/invoice-intake/ubl/read-ubl.ts';
import type { Booking } from '../../../examples/invoice-intake/schemas.ts';
import type { WholeDocument } from '../../../examples/invoice-intake/ubl/document.ts';

/** The text of a sample document of the example. */
export function sampleText(file: string): string {
  return readFileSync(new URL(`../../../examples/invoice-intake/documents/${file}`, import.meta.url), 'utf8');
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
