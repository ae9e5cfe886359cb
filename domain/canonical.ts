import canonicalize from 'canonicalize';
import { JobError } from './errors.ts';

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

// Far from where walking a value by recursion, as JSON.stringify does, ends the stack.
const MAX_LEVELS = 500;

/**
 * The one text of a JSON value: same value, same bytes. `undefined` members are left out, as JSON does.
 * Source: RFC 8785 (JSON Canonicalization Scheme).
 * @throws JobError `invalid-input` for what JSON cannot hold (NaN, infinities, functions, a lone undefined), and for more than
 * 500 levels of nesting
 */
export function canonicalJson(value: unknown): string {
  if (!fitsWithin(value, MAX_LEVELS))
    throw new JobError('invalid-input', `The value is nested deeper than ${MAX_LEVELS} levels.`);
  try {
    const text = canonicalize(value);
    if (text !== undefined) return text;
  } catch (cause) {
    throw new JobError('invalid-input', 'The value has a part that JSON cannot hold.', { cause });
  }
  throw new JobError('invalid-input', `A ${typeof value} has no JSON form.`);
}

function fitsWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((part) => fitsWithin(part, levels - 1));
}
