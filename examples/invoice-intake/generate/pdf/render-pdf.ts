import PdfDocument from 'pdfkit';
import type { TextLine } from '../text/page.ts';

// Part of the bytes, so that the same lines always make the same file.
const MADE_ON = new Date(Date.UTC(2026, 0, 1));

/** Renders lines as a PDF of A4 pages with a text layer, in Helvetica, for which the text has to be in WinAnsi letters. Same lines, same bytes. */
export async function renderPdf(lines: readonly TextLine[]): Promise<Uint8Array> {
  const document = new PdfDocument({
    size: 'A4',
    margin: 0,
    autoFirstPage: false,
    compress: false,
    info: { CreationDate: MADE_ON, ModDate: MADE_ON },
  });
  const chunks: Uint8Array[] = [];
  const whole = new Promise<Uint8Array>((resolve, reject) => {
    document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    document.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
    document.on('error', reject);
  });
  document.font('Helvetica');
  let pages = 0;
  for (const line of lines) {
    for (; pages <= line.page; pages += 1) document.addPage();
    writeLine(document, line);
  }
  document.end();
  return whole;
}

function writeLine(document: PDFKit.PDFDocument, { y, size, cells }: TextLine): void {
  document.fontSize(size);
  for (const { x, text, align } of cells) {
    const left = align === 'right' ? x - document.widthOfString(text) : x;
    document.text(text, left, y, { lineBreak: false });
  }
}
