import type { Shown } from 'holdfast';
import type { Extracted, Source } from './schemas.ts';

/** From here on the lines of a UBL document are left out: a booking needs none of them, and they would fill a context. */
const MANY_CHARACTERS = 20_000;
const LINE = /<((?:[\w.-]+:)?(?:Invoice|CreditNote)Line)\b[^>]*>[\s\S]*?<\/\1\s*>\s*/gu;

/** The document as the agent sees it: as delivered, but for the content of embedded files and, where it is long, its lines. */
export function shownDocument({ mediaType, text, structured }: Extracted): Shown {
  if (!structured) return { mediaType: 'text/plain', text };
  const shown = text.replaceAll(
    /(<(?:[\w.-]+:)?EmbeddedDocumentBinaryObject\b[^>]*>)([^<]*)(?=<)/gu,
    (_, tag: string, content: string) => `${tag}[${content.length} characters left out]`,
  );
  return { mediaType, text: shown.length > MANY_CHARACTERS ? withoutLines(shown) : shown };
}

function withoutLines(xml: string): string {
  const count = [...xml.matchAll(LINE)].length;
  let first = true;
  return xml.replaceAll(LINE, () => {
    const said = first ? `<!-- ${count} lines left out -->\n` : '';
    first = false;
    return said;
  });
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
