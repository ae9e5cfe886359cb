import type { Shown } from 'holdfast';
import type { Extracted, Source } from './schemas.ts';

/** The document as the agent sees it: as delivered, but for the content of embedded files, which would fill its context. */
export function shownDocument({ mediaType, text, structured }: Extracted): Shown {
  if (!structured) return { mediaType: 'text/plain', text };
  const shown = text.replaceAll(
    /(<(?:[\w.-]+:)?EmbeddedDocumentBinaryObject\b[^>]*>)([^<]*)(?=<)/gu,
    (_, tag: string, content: string) => `${tag}[${content.length} characters left out]`,
  );
  return { mediaType, text: shown };
}

/** What a booking is proposed from, as the agent sees it: the document, or the fields that were read from it. */
export function shownSource(source: Source): Shown {
  if ('structured' in source) return shownDocument(source);
  const { accounts, ...fields } = source;
  const [account, ...others] = accounts;
  // Named as in the booking where there is only one to choose.
  const shown = others.length > 0 ? source : { ...fields, account: account ?? null };
  return { mediaType: 'application/json', text: JSON.stringify(shown, undefined, 2) };
}
