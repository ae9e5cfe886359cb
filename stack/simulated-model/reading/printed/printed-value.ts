import { readPrintedAmount } from '../decimal.ts';

const CURRENCY = String.raw`(?:[A-Z]{3}|[€$£]|Euro)`;
const NUMBER = String.raw`(?:\d{1,3}(?:[.,'’ ]\d{3})+(?:[.,]\d{1,4})?|\d+(?:[.,]\d+)?)`;
const AMOUNT = new RegExp(
  String.raw`^(?<minus>[-−(]?)\s?(?:${CURRENCY})?\s?(?<sign>[-+−]?)\s?(?<number>${NUMBER})\s?(?<after>[-−)]?)\s?(?:${CURRENCY})?$`,
  'u',
);
const MONEY = /(?<![\d.,])(?:(?<=^|[\s€$£])[-−])?\d[\d.,'’]*[.,]\d{2}(?![\d.,]*\d|\s?%)/gu;
const SYMBOLS: Readonly<Record<string, string>> = { '€': 'EUR', $: 'USD', '£': 'GBP', Euro: 'EUR' };
const CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
const MONTHS =
  'jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz?|mrz|apr(?:il)?|ma[yi]|june?|juni?|july?|juli?|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?';
const MONTH_STARTS: readonly (readonly string[])[] = [
  ['jan'],
  ['feb'],
  ['mar', 'mär', 'mrz'],
  ['apr'],
  ['may', 'mai'],
  ['jun'],
  ['jul'],
  ['aug'],
  ['sep'],
  ['oct', 'okt'],
  ['nov'],
  ['dec', 'dez'],
];
const DATES: readonly RegExp[] = [
  /(?<![\d.])(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?!\d)/u,
  /(?<![\d.])(?<day>\d{1,2})\.\s?(?<month>\d{1,2})\.\s?(?<year>\d{4})(?!\d)/u,
  /(?<![\d/])(?<day>\d{1,2})\/(?<month>\d{1,2})\/(?<year>\d{4})(?!\d)/u,
  new RegExp(
    String.raw`(?<!\d)(?<day>\d{1,2})(?:\.|st|nd|rd|th)?\s(?<month>${MONTHS})\.?,?\s(?<year>\d{4})(?!\d)`,
    'iu',
  ),
  new RegExp(String.raw`(?<month>${MONTHS})\.?\s(?<day>\d{1,2})(?:st|nd|rd|th)?,?\s(?<year>\d{4})(?!\d)`, 'iu'),
];
const IBAN = /(?<![\p{L}\d])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\p{L}\d])/gu;
const VAT_ID =
  /(?<![\p{L}\d])(?:[A-Z]{2}U?|CHE)[ -]?(?:[A-Z0-9]{0,2}\d[ .-]?){2}(?:[\d][ .-]?){4,9}[A-Z]{0,2}(?![\p{L}\d])/u;

/** A cell that is nothing but an amount, with its sign and perhaps a currency; `null` for any other. */
export function amountIn(cell: string): string | null {
  const found = AMOUNT.exec(cell)?.groups;
  const amount = found && readPrintedAmount(found['number'] ?? '');
  if (!found || !amount) return null;
  const isNegative = found['minus'] !== '' || /[-−]/u.test(found['sign'] ?? '') || found['after'] !== '';
  return isNegative ? `-${amount}` : amount;
}

/** The amounts with two decimals in a text, percentages left out. */
export function moneyIn(text: string): string[] {
  return (text.match(MONEY) ?? []).map(readPrintedAmount).filter((amount) => amount !== null);
}

/** A rate such as `19 %`, without trailing zeros added or removed; `null` when there is none. */
export function rateIn(text: string): string | null {
  return /(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?)\s?%/u.exec(text)?.[1]?.replace(',', '.') ?? null;
}

/** The first date in a text as an ISO date. Of `31/12/2026` the day comes first. */
export function dateIn(text: string): string | null {
  for (const form of DATES) {
    const { year = '', month = '', day = '' } = form.exec(text)?.groups ?? {};
    const place = /^\d+$/u.test(month) ? Number(month) : monthNamed(month);
    if (year !== '' && place >= 1 && place <= 12)
      return `${year}-${String(place).padStart(2, '0')}-${day.padStart(2, '0')}`;
  }
  return null;
}

function monthNamed(name: string): number {
  return MONTH_STARTS.findIndex((starts) => starts.includes(name.slice(0, 3).toLowerCase())) + 1;
}

/** All accounts in a text whose check digits are right (ISO 13616), without blanks. */
export function ibansIn(text: string): string[] {
  return (text.match(IBAN) ?? []).flatMap((found) => {
    // A word after the account may look like its last group.
    const groups = found.split(' ');
    const tries = [groups, groups.slice(0, -1)].map((parts) => parts.join(''));
    return tries.filter(hasCheckDigits).slice(0, 1);
  });
}

function hasCheckDigits(account: string): boolean {
  const moved = `${account.slice(4)}${account.slice(0, 4)}`;
  const digits = moved.replaceAll(/[A-Z]/gu, (letter) => String(letter.charCodeAt(0) - 55));
  return account.length >= 15 && account.length <= 34 && BigInt(digits) % 97n === 1n;
}

/** The first text that looks like a VAT number of a country, as it is written. */
export function vatIdIn(text: string): string | null {
  return ibansIn(text).length > 0 ? null : (VAT_ID.exec(text)?.[0].trim() ?? null);
}

/** The currency that a text uses most, as a code; `null` when it names none. */
export function currencyIn(text: string): string | null {
  const counts = new Map<string, number>();
  for (const [printed] of text.matchAll(/(?<!\p{L})(?:[A-Z]{3}|Euro)(?!\p{L})|[€$£]/gu)) {
    const code = SYMBOLS[printed] ?? printed;
    if (CODES.has(code)) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
