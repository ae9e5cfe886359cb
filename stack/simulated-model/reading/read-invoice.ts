import type { InvoiceFacts } from './invoice-facts.ts';
import type { InvoiceReader } from './invoice-reader.ts';
import { jsonReader } from './json-reader.ts';
import { printedReader } from './printed/printed-reader.ts';
import { ublReader } from './ubl-reader.ts';

/** Forms the model can read, the surest first. */
const READERS: readonly InvoiceReader[] = [ublReader, jsonReader, printedReader];

/**
 * Reads the first invoice in what the model was shown: UBL XML in any text before JSON in any text before printed
 * lines. `null` when none of the texts holds one.
 */
export function readInvoice(texts: readonly string[]): InvoiceFacts | null {
  for (const reader of READERS) {
    const found = texts.map((text) => reader.read(text)).find((facts) => facts !== null);
    if (found) return found;
  }
  return null;
}

/** Whether a document is shown whole, whatever stands around it: UBL says by itself where it ends, in print anything may follow. */
export function isWhole(texts: readonly string[]): boolean {
  return texts.some((text) => ublReader.read(text) !== null);
}
