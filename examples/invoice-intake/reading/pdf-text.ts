import { extractTextItems, getDocumentProxy } from 'unpdf';
import { unreadable } from '../ubl/xml-element.ts';
import { linesOfPage } from './page-lines.ts';

/** More pages than that are no invoice, and each costs memory. */
const MAX_PAGES = 500;

/**
 * The text layer of a PDF, its lines and columns as they stand on the page.
 * @throws JobError `invalid-input` when it is encrypted, damaged, too long, or has no text
 */
export async function pdfText(bytes: Uint8Array): Promise<string> {
  const document = await open(bytes);
  if (document.numPages > MAX_PAGES)
    throw unreadable(`is a PDF of ${document.numPages} pages; ${MAX_PAGES} are read. Have the invoice sent alone.`);
  const { items } = await extractTextItems(document).catch(damaged);
  const pages = items.map((page) => linesOfPage(page));
  const text = cleaned(pages.join('\n\n'));
  if (text.trim() === '')
    throw unreadable(
      'is a PDF without any text, such as a scan; have its text recognised (OCR) first, or ask the sender for a PDF with text.',
    );
  return text;
}

async function open(bytes: Uint8Array): Promise<Awaited<ReturnType<typeof getDocumentProxy>>> {
  // The parser takes the bytes for itself.
  return getDocumentProxy(bytes.slice(), { verbosity: 0 }).catch((cause: unknown) => {
    if (cause instanceof Error && cause.name === 'PasswordException')
      throw unreadable('is a PDF that is encrypted; ask the sender for one without a password.', cause);
    return damaged(cause);
  });
}

function damaged(cause: unknown): never {
  throw unreadable('is no PDF that can be read: it is damaged or cut off. Ask the sender for it again.', cause);
}

/** What JSON and a database can keep. */
function cleaned(text: string): string {
  return text.toWellFormed().replaceAll(/[^\P{Cc}\t\n]/gu, '');
}
