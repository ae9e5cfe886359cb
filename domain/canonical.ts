import canonicalize from 'canonicalize';
import { JobError } from './errors.ts';

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * The one text of a JSON value: same value, same bytes. `undefined` members are left out, as JSON does.
 * Source: RFC 8785 (JSON Canonicalization Scheme).
 * @throws JobError `invalid-input` for what JSON cannot hold (NaN, infinities, functions, a lone undefined)
 */
export function canonicalJson(value: unknown): string {
  try {
    const text = canonicalize(value);
    if (text !== undefined) return text;
  } catch (cause) {
    throw new JobError('invalid-input', 'The value has a part that JSON cannot hold.', { cause });
  }
  throw new JobError('invalid-input', `A ${typeof value} has no JSON form.`);
}
