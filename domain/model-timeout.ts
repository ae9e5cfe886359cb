import { durationMs } from './duration.ts';

/** The longest that an endpoint may take for an answer, in milliseconds, and the default. */
export const MODEL_TIMEOUT_MS = 120_000;

const LEAST_MS = 1_000;

/** An endpoint's timeout in words (`30 seconds`) in milliseconds; `undefined` when it is none from 1 second to 2 minutes. */
export function modelTimeoutMs(text: string): number | undefined {
  try {
    const ms = durationMs(text);
    return ms >= LEAST_MS && ms <= MODEL_TIMEOUT_MS ? ms : undefined;
  } catch {
    return undefined;
  }
}
