/** What a call changes outside. */
export const EFFECTS = ['read', 'write', 'egress', 'exec', 'model'] as const;

/** What a call changes outside: nothing, a record, data that leaves, a program that runs, or tokens spent at a model. */
export type Effect = (typeof EFFECTS)[number];

/** What the receiver can do about repeats. */
export const EFFECT_CLASSES = ['A', 'B', 'C', 'D'] as const;

/** What the receiver can do about repeats: A idempotency key, B natural key, C queryable by reference, D nothing. */
export type EffectClass = (typeof EFFECT_CLASSES)[number];

/** How sensitive a job's data is, from least to most. */
export const DATA_CLASSES = ['public', 'internal', 'confidential', 'restricted'] as const;

/** How sensitive a job's data is. An endpoint not cleared for it is never called. */
export type DataClass = (typeof DATA_CLASSES)[number];
