import { INVOICE_PATTERNS, type InvoiceMeaning } from '../meaning/patterns.ts';
import { matchSlot, type Slot } from '../meaning/meaning.ts';
import {
  EMPTY_HEAD,
  isInvoice,
  kindOf,
  type InvoiceFacts,
  type InvoiceHead,
  type InvoiceKind,
} from './invoice-facts.ts';

/** A named value found in a document: a JSON key with its surroundings or a printed label. */
export interface NamedValue {
  slot: Slot;
  value: string;
}

/** What a name of a value in a document, rather than a question of a tool, stands for. */
const FIELD_OF: Partial<Record<InvoiceMeaning, keyof InvoiceHead>> = {
  seller: 'sellerName',
  orderId: 'orderReference',
};

/**
 * Puts named values together to the facts of an invoice: of several that mean the same the best named wins, then the
 * first. `null` when they do not make an invoice.
 */
export function collectFacts(
  named: readonly NamedValue[],
  rest: Pick<InvoiceFacts, 'accounts' | 'lines' | 'allowances' | 'taxes'> & { kind: InvoiceKind },
): InvoiceFacts | null {
  const best = new Map<InvoiceMeaning, { value: string; rank: number }>();
  for (const { slot, value } of named) {
    const pattern = matchSlot(slot, INVOICE_PATTERNS);
    if (pattern && pattern.rank < (best.get(pattern.meaning)?.rank ?? Infinity)) {
      best.set(pattern.meaning, { value, rank: pattern.rank });
    }
  }
  const head = { ...EMPTY_HEAD };
  for (const [meaning, { value }] of best) {
    const field = fieldOf(meaning);
    if (field) head[field] ??= value;
  }
  const kind =
    kindOf(best.get('kind')?.value ?? '') ?? (best.get('isCreditNote')?.value === 'true' ? 'credit-note' : rest.kind);
  head.account ??= rest.accounts[0] ?? null;
  const others = rest.accounts.filter((account) => account !== head.account);
  const accounts = head.account === null ? [] : [head.account, ...others];
  return isInvoice(head) ? { ...head, ...rest, accounts, kind } : null;
}

function fieldOf(meaning: InvoiceMeaning): keyof InvoiceHead | undefined {
  return FIELD_OF[meaning] ?? (Object.keys(EMPTY_HEAD) as (keyof InvoiceHead)[]).find((field) => field === meaning);
}
