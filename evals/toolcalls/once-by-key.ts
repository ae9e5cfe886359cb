import type { LedgerEntry } from '../replay/effects-ledger.ts';
import { canonicalText } from '../replay/state-hash.ts';

/**
 * The requests without those that repeat an earlier one under its key, word for word: one call, sent again since its worker was late
 * or gone. A repeat with other arguments is a request of its own.
 */
export function onceByKey(ledger: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const seen = new Set<string>();
  return ledger.filter(({ run, tool, arguments: args, key }) => {
    if (key === '') return true;
    const text = canonicalText([run, tool, args, key]);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}
