import type { BlobRef } from './ids.ts';
import type { NotCommitted } from './outcome.ts';

/** The most items of one map. */
export const MAX_ITEMS = 10_000;

/** How an item of a map came out where failures are collected. */
export type MapOutcome<Output> =
  | { readonly key: string; readonly kind: 'committed'; readonly output: Output }
  | { readonly key: string; readonly kind: NotCommitted['kind']; readonly sentence: string };

/** The same while the map goes on: the output's blob, or what the item came to instead. */
export type MapEntry = BlobRef | { readonly kind: NotCommitted['kind']; readonly sentence: string };

/** What can name a repetition of a step: 1 to 60 letters, digits, `-` and `_`. */
export const REPETITION = /^[a-zA-Z0-9_-]{1,60}$/;
