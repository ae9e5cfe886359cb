/**
 * The first `limit` UTF-16 units of a text, in whole characters: U+FFFD stands for one that the cut halves, or that was half before.
 * A text with half a character has no canonical JSON and does not fit into the database.
 */
export function cut(text: string, limit: number): string {
  return text.slice(0, limit).toWellFormed();
}
