import type { Call } from './call.ts';

/** Every {@link KillPoint}, in the order in which a call passes them. */
export const KILL_POINTS = ['before-claim', 'after-claim', 'marked', 'bytes-left', 'answered', 'settled'] as const;

/**
 * The moments of a call at which a test may kill the process: the claim is not yet asked for, is committed; the call is marked
 * as sent (classes C and D) and no byte has left; the bytes were handed to the socket in this very turn; the answer is here; it
 * is settled.
 */
export type KillPoint = (typeof KILL_POINTS)[number];

/** Called at each {@link KillPoint}; awaited, except at `bytes-left`, where only what it does synchronously counts. */
export type AtKillPoint = (point: KillPoint, call: Call) => void | Promise<void>;
