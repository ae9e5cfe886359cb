import Big from 'big.js';
import type { Brand } from './brand.ts';
import { JobError } from './errors.ts';

/** An ISO 4217 code of three capital letters. */
export type Currency = Brand<string, 'Currency'>;

/** An amount in the smallest unit of its currency (cents for EUR, yen for JPY); a safe integer, signed. */
export interface Money {
  readonly currency: Currency;
  readonly minor: number;
}

// ISO 4217, table A.1: the currencies whose smallest unit is not a hundredth.
const DIGITS: ReadonlyMap<string, number> = new Map([
  ...[
    'BIF',
    'CLP',
    'DJF',
    'GNF',
    'ISK',
    'JPY',
    'KMF',
    'KRW',
    'PYG',
    'RWF',
    'UGX',
    'UYI',
    'VND',
    'VUV',
    'XAF',
    'XOF',
    'XPF',
  ].map((code) => [code, 0] as const),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code) => [code, 3] as const),
  ['CLF', 4],
  ['UYW', 4],
]);

const AMOUNT = /^[+-]?\d{1,16}(\.\d{1,6})?$/;

/** How many decimals the smallest unit of a currency has. */
export function minorDigits(currency: Currency): number {
  return DIGITS.get(currency) ?? 2;
}

/**
 * Reads a currency's code.
 * @throws JobError `invalid-input` unless it is three capital letters
 */
export function parseCurrency(text: string): Currency {
  if (!/^[A-Z]{3}$/.test(text))
    throw new JobError('invalid-input', `"${text}" is not a currency code of three capital letters.`);
  return text as Currency;
}

/**
 * Reads a decimal amount such as `-1234.50` exactly; trailing zeros do not matter.
 * @throws JobError `invalid-input` when it is no decimal, finer than the smallest unit, or beyond 2^53 of them
 */
export function parseMoney(amount: string, currency: Currency): Money {
  if (!AMOUNT.test(amount)) throw new JobError('invalid-input', `"${amount}" is not a decimal amount such as 1234.50.`);
  const minor = new Big(amount.replace('+', '')).times(new Big(10).pow(minorDigits(currency)));
  if (!minor.eq(minor.round(0))) {
    throw new JobError('invalid-input', `${amount} ${currency} is finer than the smallest unit of ${currency}.`);
  }
  const value = minor.toNumber();
  if (!Number.isSafeInteger(value))
    throw new JobError('invalid-input', `${amount} ${currency} is too large to be kept exactly.`);
  return { currency, minor: value === 0 ? 0 : value };
}

/** The amount as a decimal text with the currency's own number of decimals, such as `-1234.50`. */
export function formatMinor(money: Money): string {
  const digits = minorDigits(money.currency);
  return new Big(money.minor).div(new Big(10).pow(digits)).toFixed(digits);
}

/** The amount with its currency, such as `1234.50 EUR`. */
export function formatMoney(money: Money): string {
  return `${formatMinor(money)} ${money.currency}`;
}
