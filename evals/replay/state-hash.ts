import { hash } from 'node:crypto';
import type { Json } from '../../domain/canonical.ts';

/**
 * SHA-256 (hex) of a state as canonical JSON: keys in the order of their code points, no spaces, nothing escaped that need not be,
 * whole numbers without a fraction. Source: `hash` in the SOURCE.json of recorded data.
 */
export function stateHash(state: Json): string {
  return hash('sha256', canonicalText(state), 'hex');
}

/** The text that {@link stateHash} hashes; equal texts are equal values. */
export function canonicalText(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = textOf(value);
  if (text.length <= KEPT_CHARACTERS) texts.set(value, text);
  return text;
}

function textOf(value: readonly Json[] | { readonly [name: string]: Json }): string {
  if (isList(value)) return `[${value.map(canonicalText).join(',')}]`;
  const members = Object.entries(value)
    .toSorted(([one], [other]) => byCodePoints(one, other))
    .map(([name, part]) => `${JSON.stringify(name)}:${canonicalText(part)}`);
  return `{${members.join(',')}}`;
}

// The states of many tasks share most of their parts, which never change. What is large is of one task alone.
const texts = new WeakMap<object, string>();
const KEPT_CHARACTERS = 65_536;
const HALF = /[\ud800-\udfff]/;

// UTF-8 sorts as code points do; UTF-16, by which strings are compared, puts half characters before others.
function byCodePoints(one: string, other: string): number {
  if (!HALF.test(one) && !HALF.test(other)) return one < other ? -1 : Number(one > other);
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
