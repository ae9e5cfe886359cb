import { asText, isObject, type Json, type JsonObject } from '../json.ts';
import type { Tag } from '../meaning/lexicon.ts';
import { matchSlot } from '../meaning/meaning.ts';
import { INVOICE_PATTERNS, type InvoiceMeaning } from '../meaning/patterns.ts';
import { splitWords } from '../meaning/words.ts';
import type { InvoiceFacts } from '../reading/invoice-facts.ts';

/** All that the model knows in one turn: the document, and what tools found about it. */
export interface Knowledge {
  facts: InvoiceFacts;
  /** Records that look-ups found, by what they are about. */
  records: ReadonlyMap<Tag, JsonObject>;
  /** What look-ups were asked about and did not find. */
  missing: ReadonlySet<Tag>;
}

/** Values for one question, the best first. */
export interface Candidates {
  values: readonly Json[];
  /** Values that all hold at once, for a list of them; default: only the first of `values`. */
  each?: readonly Json[];
  /** The document's own words, to be used only where nothing else may stand, not even `null`. */
  lastResort: readonly Json[];
}

/** What is known for a meaning. No candidates at all when the document is silent. */
export function candidatesFor(meaning: InvoiceMeaning, knowledge: Knowledge): Candidates {
  const { facts } = knowledge;
  // Every other meaning is a field of the document by the same name.
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the type of `facts[meaning]` checks the rest
  switch (meaning) {
    case 'seller':
    case 'sellerId':
      return sellerCandidates(meaning, knowledge);
    case 'orderReference':
    case 'orderId':
      return orderCandidates(meaning, knowledge);
    case 'account':
      return { ...known(facts.account), each: facts.accounts };
    case 'isCreditNote':
      return { values: [facts.kind === 'credit-note'], lastResort: [] };
    case 'summary':
      return known(describeInvoice(facts));
    case 'payable':
      return known(facts.payable, facts.gross);
    case 'gross':
      return known(facts.gross, facts.payable);
    default:
      return known(facts[meaning]);
  }
}

/** The value that found records hold under the very name asked for, such as a cost centre; `undefined` when none does. */
export function recordedUnder(name: string, knowledge: Knowledge): Json | undefined {
  const wanted = splitWords(name).join(' ');
  const fields = [...knowledge.records.values()].flatMap((record) => Object.entries(record));
  return fields.find(([key, value]) => splitWords(key).join(' ') === wanted && asText(value) !== null)?.[1];
}

/** One sentence about the invoice. */
export function describeInvoice(facts: InvoiceFacts): string {
  const kind = facts.kind === 'credit-note' ? 'Credit note' : 'Invoice';
  const amount = [facts.payable ?? facts.gross, facts.currency].filter((part) => part !== null).join(' ');
  return `${kind} ${facts.number ?? 'without a number'} of ${facts.sellerName ?? 'an unnamed seller'} over ${amount || 'no amount'}.`;
}

/** Values of a record that answer a meaning, the surest first. */
export function recordValues(
  record: JsonObject | undefined,
  about: Tag,
  meanings: readonly InvoiceMeaning[],
): string[] {
  const found = Object.entries(record ?? {}).flatMap(([name, value]) => {
    const pattern = matchSlot({ name, description: '', context: [about] }, INVOICE_PATTERNS);
    const text = isObject(value) ? null : asText(value);
    return pattern && text !== null && meanings.includes(pattern.meaning) ? [{ text, pattern }] : [];
  });
  const place = ({ pattern }: (typeof found)[number]): number => meanings.indexOf(pattern.meaning) * 100 + pattern.rank;
  return found.toSorted((a, b) => place(a) - place(b)).map(({ text }) => text);
}

function sellerCandidates(meaning: 'seller' | 'sellerId', { facts, records, missing }: Knowledge): Candidates {
  const ids = recordValues(records.get('seller'), 'seller', ['sellerId']);
  const named = known(facts.sellerName, facts.sellerVatId).values;
  const nameMayStand = meaning === 'seller' && ids.length === 0 && !missing.has('seller');
  return nameMayStand ? { values: named, lastResort: [] } : { values: ids, lastResort: named };
}

function orderCandidates(meaning: 'orderReference' | 'orderId', { facts, records, missing }: Knowledge): Candidates {
  const reference = known(facts.orderReference).values;
  if (missing.has('order')) return { values: [], lastResort: reference };
  const record = records.get('order');
  const numbers = recordValues(record, 'order', ['orderReference']);
  const ids = recordValues(record, 'order', ['orderId']);
  const values = meaning === 'orderId' ? [...ids, ...reference, ...numbers] : [...reference, ...numbers, ...ids];
  return { values: [...new Set(values)], lastResort: [] };
}

function known(...values: (string | null)[]): Candidates {
  return { values: values.filter((value) => value !== null), lastResort: [] };
}
