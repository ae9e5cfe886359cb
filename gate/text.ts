// What may stand in a stored sentence: no control characters (PostgreSQL takes no NUL), on one line.
const UNWANTED = /[\p{Cc}\p{Z}\s]+/gu;

/** A foreign text as part of a sentence: one line, no control characters, at most `limit` characters. */
export function oneLine(text: string, limit: number): string {
  const line = text
    .slice(0, limit * 4)
    .replace(UNWANTED, ' ')
    .trim()
    .toWellFormed();
  return line.length <= limit ? line : `${line.slice(0, limit - 1).trimEnd()}…`;
}
