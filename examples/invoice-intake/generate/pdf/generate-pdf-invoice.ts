import { generateTextInvoice, type GeneratedText } from '../text/generate-text-invoice.ts';
import { renderPdf } from './render-pdf.ts';

/** An invoice as a PDF, with what it says and the one right booking. */
export interface GeneratedPdf extends Omit<GeneratedText, 'lines'> {
  readonly bytes: Uint8Array;
}

/** Makes a correct invoice or credit note as a PDF with a text layer. Same seed, same bytes. */
export async function generatePdfInvoice(seed: number, options: { lineCount?: number } = {}): Promise<GeneratedPdf> {
  const { lines, ...rest } = generateTextInvoice(seed, options);
  return { ...rest, bytes: await renderPdf(lines) };
}
