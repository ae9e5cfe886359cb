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
  if (isList(value)) return `[${value.map(canonicalText).join(',')}]`;
  const members = Object.entries(value)
    .toSorted(([one], [other]) => byCodePoints(one, other))
    .map(([name, part]) => `${JSON.stringify(name)}:${canonicalText(part)}`);
  return `{${members.join(',')}}`;
}

// UTF-8 sorts as code points do; UTF-16, by which strings are compared, puts half characters before others.
function byCodePoints(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
