import { asText, isList, type Json, type JsonObject } from '../json.ts';
import { decimalForms, inHundredths, isDecimal } from '../reading/decimal.ts';
import { kindOf } from '../reading/invoice-facts.ts';

/**
 * Brings a value into the form a concrete schema asks for: one of its enum or const values that means the same, a
 * number, a date without time zone, a decimal in the form its pattern wants. `undefined` when it cannot.
 */
export function coerce(schema: JsonObject, value: Json, description: string): Json | undefined {
  const allowed = 'const' in schema ? [schema['const'] ?? null] : schema['enum'];
  if (isList(allowed)) return allowed.find((option) => option !== null && meansTheSame(option, value));
  if (schema['type'] === 'number' || schema['type'] === 'integer') return asNumber(schema, value, description);
  if (schema['type'] === 'boolean') return typeof value === 'boolean' ? value : undefined;
  if (schema['type'] !== undefined && schema['type'] !== 'string') return undefined;
  return typeof value === 'string' || typeof value === 'number' ? asFittingText(schema, String(value)) : undefined;
}

function meansTheSame(option: Json, value: Json): boolean {
  if (typeof option !== 'string' || typeof value !== 'string') return option === value;
  const kind = kindOf(option);
  return fold(option) === fold(value) || (kind !== null && kind === kindOf(value));
}

function fold(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\d]/gu, '');
}

function asNumber(schema: JsonObject, value: Json, description: string): number | undefined {
  const text = asText(value);
  if (text === null || !isDecimal(text)) return undefined;
  const number = /\b(minor unit|cent|hundredth)s?\b/i.test(description) ? inHundredths(text) : Number(text);
  return number === null || (schema['type'] === 'integer' && !Number.isInteger(number)) ? undefined : number;
}

function asFittingText(schema: JsonObject, text: string): string | undefined {
  const forms = /^\d{4}-\d{2}-\d{2}./.test(text) ? [text, text.slice(0, 10)] : decimalForms(text);
  return forms.find((form) => fitsText(schema, form));
}

function fitsText(schema: JsonObject, text: string): boolean {
  const { pattern, minLength, maxLength, format } = schema;
  if (typeof minLength === 'number' && text.length < minLength) return false;
  if (typeof maxLength === 'number' && text.length > maxLength) return false;
  if (format === 'date' && !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  return typeof pattern !== 'string' || matches(pattern, text);
}

/** A pattern the platform cannot compile forbids nothing: whoever offered the tool checks it again. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}
