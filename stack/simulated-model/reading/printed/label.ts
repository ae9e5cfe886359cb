import type { Tag } from '../../meaning/lexicon.ts';
import { matchSlot, type Slot } from '../../meaning/meaning.ts';
import { INVOICE_PATTERNS, type InvoiceMeaning } from '../../meaning/patterns.ts';
import { readWords } from '../../meaning/words.ts';

/** What a label may carry beside its words: a remark in brackets, a currency, a rate, a colon. */
const ASIDE = /\(.*?\)|\b(?:EUR|USD|GBP|CHF)\b|[€$£#:*]|\d+(?:[.,]\d+)?\s?%|%/gu;

/** Longest text that is taken for a label. */
const MAX_CHARACTERS = 40;

/** A label as the slot it stands for. Whoever writes calls the reader `you` and itself `we`. */
export function labelSlot(label: string, party?: 'buyer' | 'seller'): Slot {
  const words = label
    .replaceAll(ASIDE, ' ')
    .replace(/(?<=\bpaid )on account\b/iu, ' ')
    .replace(/^(?:zu|zur|for|to|against) (?=(?:\p{L}+ )?(?:invoice|rechnung))/iu, 'preceding ')
    .replace(/^(?:reference|referenced|related|referenz|bezugs?)[ -]?(?=invoice|rechnung)/iu, 'preceding ')
    .replace(/\b(?:tax|commercial) (?=invoice\b)/iu, ' ')
    .replaceAll(/(?<!\p{L})(?:your|ihr(?:e[rns]?)?)(?!\p{L})/giu, 'buyer')
    .replaceAll(/(?<!\p{L})(?:our|unser(?:e[rns]?)?)(?!\p{L})/giu, 'seller');
  return { name: party === undefined ? words : `${party} ${words}`, description: '', context: [] };
}

/** What a label means; `undefined` when it is not understood. */
export function meaningOf(label: string): InvoiceMeaning | undefined {
  return label.length > MAX_CHARACTERS ? undefined : matchSlot(labelSlot(label), INVOICE_PATTERNS)?.meaning;
}

/** What the words of a label stand for; none when one of them is not understood. */
export function tagsOf(label: string): readonly Tag[] {
  const { tags, unknown } = readWords(labelSlot(label).name);
  return unknown || label.length > MAX_CHARACTERS ? [] : tags;
}

/** Whether a cell is nothing but words that name something, as over a value or before one. */
export function isLabel(cell: string): boolean {
  return cell.endsWith(':') || (!/\d/u.test(cell.replaceAll(ASIDE, '')) && tagsOf(cell).length > 0);
}
