import { cut } from '../domain/cut.ts';

// What may stand in a stored sentence: no control characters (PostgreSQL takes no NUL), on one line.
const UNWANTED = /[\p{Cc}\p{Z}\s]+/gu;

/** A foreign text as part of a sentence: one line, no control characters, at most `limit` characters. */
export function oneLine(text: string, limit: number): string {
  const line = cut(text, limit * 4)
    .replace(UNWANTED, ' ')
    .trim();
  return line.length <= limit ? line : `${cut(line, limit - 1).trimEnd()}…`;
}
