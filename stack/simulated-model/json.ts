/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; read its fields by index. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** How many times its own length a text is read in search of embedded JSON, so that a hostile one costs little. */
const MAX_PASSES = 8;

/** Parses a whole text; `undefined` when it is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Like `parseJson`, but numbers stay texts as written, so that `10.50` keeps its last digit. */
export function parseJsonAsWritten(text: string): Json | undefined {
  const keep = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' ? (context?.source ?? String(value)) : value;
  try {
    return JSON.parse(text, keep) as Json;
  } catch {
    return undefined;
  }
}

/** Whether a value is an object: neither `null` nor a list. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value as a non-empty trimmed text, numbers included; `null` for everything else. */
export function asText(value: Json | undefined): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : null;
}

/** The objects and lists found in a text that also holds prose, in order; the whole text first when all of it is JSON. */
export function jsonTextsIn(text: string): string[] {
  if (parseJson(text) !== undefined) return [text];
  const found: string[] = [];
  const opening = /[{[]/g;
  let budget = MAX_PASSES * text.length;
  for (let match = opening.exec(text); match && budget > 0; match = opening.exec(text)) {
    const candidate = text.slice(match.index, endOfValue(text, match.index));
    budget -= candidate.length;
    if (parseJson(candidate) === undefined) continue;
    found.push(candidate);
    opening.lastIndex = match.index + candidate.length;
  }
  return found;
}

/** Where the object or list that opens at `start` closes; strings are skipped. */
function endOfValue(text: string, start: number): number {
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;
  token.lastIndex = start;
  let depth = 0;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    if ('{['.includes(match[0])) depth += 1;
    if ('}]'.includes(match[0])) depth -= 1;
    if (depth === 0) return match.index + 1;
  }
  return text.length;
}
