import { cut } from '../../domain/cut.ts';
import { isSameNumber } from '../../domain/exact-number.ts';

/** An integer as a model wrote it, and what a tool would get instead. */
export interface ChangedInteger {
  readonly written: string;
  readonly read: string;
}

// A shorter one is always kept.
const LONG = /\d{16}/;
const INTEGER = /^-?\d+$/;
const MAX_SHOWN = 40;

/**
 * The first integer of a JSON text that no double keeps, such as an account of 20 digits; `undefined` when each stays what it is.
 * Fractions and powers are taken for measures, which are rounded.
 */
export function changedInteger(text: string): ChangedInteger | undefined {
  if (!LONG.test(text)) return undefined;
  let changed: ChangedInteger | undefined;
  // The types of the language do not know the third parameter yet; it stands in ECMAScript 2026 and is there since Node 21.
  JSON.parse(text, (_, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source ?? '';
    if (changed === undefined && isChanged(value, source))
      changed = { written: shown(source), read: shown(String(value)) };
    return value;
  });
  return changed;
}

/** The first integer of a JSON text that other integers become as well when they are read, as a tool would get it. */
export function ambiguousInteger(text: string): string | undefined {
  let found: string | undefined;
  JSON.parse(text, (_, value: unknown) => {
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) found ??= String(value);
    return value;
  });
  return found;
}

function isChanged(value: unknown, source: string): boolean {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !INTEGER.test(source)) return false;
  return !isSameNumber(source, String(value));
}

function shown(number: string): string {
  return number.length > MAX_SHOWN ? `${cut(number, MAX_SHOWN)}…` : number;
}
