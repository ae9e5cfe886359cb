import { matchSlot } from '../meaning/meaning.ts';
import { INVOICE_PATTERNS, type InvoiceMeaning } from '../meaning/patterns.ts';
import { readPrintedAmount } from './decimal.ts';
import { collectFacts, type NamedValue } from './fact-collector.ts';
import { kindOf, type InvoiceFacts } from './invoice-facts.ts';
import type { InvoiceReader } from './invoice-reader.ts';

/** A label of at most 40 characters, then a colon or a gap of blanks, then the value. */
const LABELLED_LINE = /^[ \t|*#-]*(?<label>\p{L}[^:\n]{0,39}?)(?:[ \t]*:[ \t]*|[ \t]{2,}|\t)(?<value>\S.*)$/gmu;

/** What a label may carry beside its words: a remark in brackets, a currency. */
const ASIDE = /\(.*?\)|\b(?:EUR|USD|GBP|CHF)\b|[€$£]/g;

/** Longest line taken for a heading; longer ones are prose. */
const HEADING_CHARACTERS = 40;

const AMOUNTS: readonly InvoiceMeaning[] = ['net', 'tax', 'gross', 'payable'];
const DATES: readonly InvoiceMeaning[] = ['issueDate', 'dueDate'];
const CURRENCIES: Readonly<Record<string, string>> = { '€': 'EUR', $: 'USD', '£': 'GBP' };

/** Reads printed invoices line by line: `Invoice number: 4711`, `Rechnungsbetrag: 1.190,00 EUR`. Lines of goods are not read. */
export const labelReader: InvoiceReader = {
  read(text: string): InvoiceFacts | null {
    const lines = [...text.matchAll(LABELLED_LINE)].flatMap(({ groups }) => readLine(groups ?? {}));
    const headings = text.split('\n').filter((line) => line.trim().length <= HEADING_CHARACTERS);
    const heading = headings.map(kindOf).find((kind) => kind !== null);
    const facts = collectFacts(lines, { kind: heading ?? 'invoice', lines: [], taxes: [] });
    const currency = lines.map((line) => line.currency).find((printed) => printed !== null);
    return facts && { ...facts, currency: facts.currency ?? currency ?? null };
  },
};

/** One line that is understood; the currency is the one printed with an amount. */
interface ReadLine extends NamedValue {
  currency: string | null;
}

function readLine({ label = '', value = '' }: Record<string, string>): ReadLine[] {
  const slot = { name: label.replace(ASIDE, ' '), description: '', context: [] };
  const meaning = matchSlot(slot, INVOICE_PATTERNS)?.meaning;
  const read = meaning && readValue(meaning, value.trim());
  if (!meaning || !read) return [];
  return [{ slot, value: read, currency: AMOUNTS.includes(meaning) ? currencyIn(`${value} ${label}`) : null }];
}

function readValue(meaning: InvoiceMeaning, value: string): string | null {
  if (AMOUNTS.includes(meaning)) return readPrintedAmount(value);
  if (meaning === 'account') return value.replace(/\s+/g, '');
  return DATES.includes(meaning) ? readDate(value) : value;
}

/** German dates become ISO dates; others stay as printed. */
function readDate(value: string): string {
  const german = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})/.exec(value);
  return german ? `${german[3]}-${german[2]?.padStart(2, '0')}-${german[1]?.padStart(2, '0')}` : value;
}

function currencyIn(text: string): string | null {
  const printed = /\b(?!VAT|GST|TAX|TVA|BTW|IVA)[A-Z]{3}\b|[€$£]/.exec(text)?.[0];
  return printed === undefined ? null : (CURRENCIES[printed] ?? printed);
}
