import type { RehearseOptions } from 'holdfast/testing';
import type { errand } from './job.ts';

/** What an errand starts with. */
export const message = 'The lift is stuck on the third floor.';
/** What its agent should make of it. */
export const ticket = { title: 'Lift stuck', priority: 'high', quote: 'third floor' } as const;
/** A rehearsal in which everything goes right. */
export const right = {
  folder: new URL('./', import.meta.url),
  input: { message },
  script: { triage: [{ submit: ticket }] },
} satisfies RehearseOptions<typeof errand>;
