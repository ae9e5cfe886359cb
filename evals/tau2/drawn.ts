import { createHash } from 'node:crypto';

const BYTES = 6;

/** A number from 0 to below 1 that follows from seed and place alone: alike at every process, at every time. */
export function drawn(seed: number, ...place: readonly (string | number)[]): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...place]))
    .digest();
  return digest.readUIntBE(0, BYTES) / 2 ** (8 * BYTES);
}
