import { type Duration, durationMs } from '../domain/duration.ts';

/** The name of the tool by which an agent reads on in an input that is longer than what it is shown; no other may have it. */
export const READ_ON = 'read_on';

/** Longest attempt at it. */
export const READ_ON_TIMEOUT: Duration = '30 seconds';

/** The same in milliseconds, pinned for every agent. */
export const READ_ON_TIMEOUT_MS = durationMs(READ_ON_TIMEOUT);
