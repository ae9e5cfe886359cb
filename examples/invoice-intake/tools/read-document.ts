import { defineTool } from 'holdfast';
import { DEFAULT_MEDIA_TYPE, formatOf } from '../reading/format.ts';
import { parseInThread } from '../reading/parse-in-thread.ts';
import { parseXml } from '../reading/parse-xml.ts';
import type { Parsed } from '../reading/parsed.ts';
import { Delivery, Extracted } from '../schemas.ts';

/** Shorter UBL is read in milliseconds, which starting a thread takes a hundred of. */
const READ_AT_ONCE_CHARACTERS = 1024 * 1024;

/** Reads a delivered document: UBL into its fields, a PDF or a mail into its text. Computes only. */
export const readDocument = defineTool({
  name: 'read_document',
  version: 2,
  description: 'Reads a UBL 2.1 invoice or credit note into its fields, a PDF or a mail into its text.',
  effect: 'read',
  // Its own limit is 20 seconds; the rest is waiting for others that are read.
  timeout: '2 minutes',
  input: Delivery,
  output: Extracted,
  resultFacts: ({ structured }): { structured: boolean } => ({ structured }),
  send: async (delivery, { signal }) => read(delivery, signal),
});

async function read({ mediaType = DEFAULT_MEDIA_TYPE, text, base64 }: Delivery, signal: AbortSignal): Promise<Parsed> {
  if (text !== undefined && text.length <= READ_AT_ONCE_CHARACTERS) return parseXml(text, mediaType);
  const bytes = text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(`\ufeff${text}`, 'utf16le');
  return parseInThread({ format: formatOf(mediaType) ?? 'xml', mediaType, bytes }, { signal });
}
