import { repeatsFreely } from './conclusion.ts';
import type { Taken } from './ledger.ts';
import type { PreparedCall } from './prepared-call.ts';

/** What a granted claim may do next, when an earlier attempt may have sent something: by what the receiver can do about repeats. */
export function nextAfterClaim(prepared: PreparedCall, taken: Taken): 'send' | 'reconcile' | 'unknown' {
  const exposedMs = taken.kind === 'claimed' ? undefined : taken.exposedMs;
  if (exposedMs === undefined || repeatsFreely(prepared)) return 'send';
  const { class: effectClass, keyTtlMs = Infinity, timeoutMs } = prepared.call;
  switch (effectClass) {
    case 'A':
      // The repeat must still arrive while the receiver remembers the key.
      return exposedMs + timeoutMs < keyTtlMs ? 'send' : 'reconcile';
    case 'B':
      return 'send';
    case 'C':
      return 'reconcile';
    case 'D':
      return 'unknown';
  }
}
