import { decodeXml } from './decode-xml.ts';
import type { Parsed, ToParse } from './parsed.ts';
import { parseMail } from './parse-mail.ts';
import { parseXml } from './parse-xml.ts';
import { pdfText } from './pdf-text.ts';

/**
 * Reads a document of any format. May take long and much memory: call it in a thread of its own.
 * @throws JobError `invalid-input` with one sentence that names the fault and the fix
 */
export async function parseDocument({ format, mediaType, bytes }: ToParse): Promise<Parsed> {
  switch (format) {
    case 'xml':
      return parseXml(decodeXml(bytes), mediaType);
    case 'pdf':
      return { structured: false, mediaType, text: await pdfText(bytes) };
    case 'mail':
      return parseMail(bytes);
    default:
      return format satisfies never;
  }
}
