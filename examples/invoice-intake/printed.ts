import { decimal } from './ubl/decimal.ts';

const SPACES = '[ \\u00a0\\u202f]';
const SIGN = '[-\\u2212\\u2013]';
// 1.234,56 · 1,234.56 · 1'234.56 · 1234.56 · 10
const JOINED = /\d+(?:[.,'\u2019]\d+)*/gu;
// 1 234,56: what could also be two numbers beside each other counts as both.
const SPACED = new RegExp(`\\d{1,3}(?:${SPACES}\\d{3})+(?:[.,]\\d{1,6})?(?!\\d)`, 'gu');
const BEFORE = new RegExp(`(?:^|[^\\p{L}\\p{N}.,])(?:${SIGN}|\\()${SPACES}?$`, 'u');
const AFTER = new RegExp(`^(?:${SIGN}(?![\\p{L}\\p{N}])|\\))`, 'u');
const MAX_PLACES = 3;

/** The amounts that a text prints, as decimals without trailing zeros, in every way in which they can be meant. */
export interface PrintedAmounts {
  /** Whether an amount is printed, its sign as it stands there. */
  has(amount: string): boolean;
  /** The same whatever sign it is printed with. */
  hasUnsigned(amount: string): boolean;
}

/** Finds the amounts of a text, in German, English, Swiss and French writing. */
export function printedAmounts(text: string): PrintedAmounts {
  const signed = new Set<string>();
  const unsigned = new Set<string>();
  for (const match of [...text.matchAll(JOINED), ...text.matchAll(SPACED)]) {
    const [token] = match;
    const before = text.slice(Math.max(0, match.index - 4), match.index);
    const end = match.index + token.length;
    const negative = BEFORE.test(before) || AFTER.test(text.slice(end, end + 2));
    for (const value of meaningsOf(token)) {
      unsigned.add(value);
      signed.add(negative ? `-${value}` : value);
      // A hyphen with a blank may as well be a dash.
      if (negative && /\s$/u.test(before)) signed.add(value);
    }
  }
  return {
    has: (amount) => signed.has(plain(amount)),
    hasUnsigned: (amount) => unsigned.has(plain(amount).replace('-', '')),
  };
}

function plain(amount: string): string {
  return decimal(amount).toFixed();
}

function meaningsOf(token: string): readonly string[] {
  const groups = token.split(/[.,'\u2019\s]/u);
  const digits = groups.join('');
  const last = groups.at(-1) ?? '';
  const whole = groups.slice(1).every((group) => group.length === MAX_PLACES) ? [digits] : [];
  const mark = token.at(-last.length - 1);
  const broken =
    groups.length > 1 && (mark === '.' || mark === ',') ? [`${digits.slice(0, -last.length)}.${last}`] : [];
  return [...whole, ...broken].filter((value) => value.length <= 30).map(plain);
}
