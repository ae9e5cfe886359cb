const MAX_WAIT_MS = 24 * 60 * 60 * 1_000;

/**
 * The wait that a `Retry-After` header asks for, in milliseconds, at most a day; `undefined` when it cannot be read.
 * Source: RFC 9110, section 10.2.3
 */
export function retryAfterMs(header: string | readonly string[] | undefined, now: number): number | undefined {
  const text = typeof header === 'string' ? header.trim() : undefined;
  if (text === undefined || text === '') return undefined;
  const wait = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), MAX_WAIT_MS) : undefined;
}
