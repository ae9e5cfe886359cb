import type { InvoiceFacts } from './invoice-facts.ts';

/** Reads one form of document out of a text that may hold prose around it. */
export interface InvoiceReader {
  /** The facts of the first such document in the text, or `null` when there is none. Never throws. */
  read(text: string): InvoiceFacts | null;
}
