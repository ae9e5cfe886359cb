import type { Shown } from 'holdfast';
import type { Extracted } from './schemas.ts';

/** The document as the agent sees it: as delivered, but for the content of embedded files, which would fill its context. */
export function shownDocument({ mediaType, text }: Extracted): Shown {
  const shown = text.replaceAll(
    /(<(?:[\w.-]+:)?EmbeddedDocumentBinaryObject\b[^>]*>)([^<]*)(?=<)/gu,
    (_, tag: string, content: string) => `${tag}[${content.length} characters left out]`,
  );
  return { mediaType, text: shown };
}
