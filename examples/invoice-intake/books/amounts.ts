import { formatMinor, parseCurrency, parseMoney } from 'holdfast';

/** A decimal text as stored: in the smallest unit of its currency. */
export function toMinor(amount: string, currency: string): number {
  return parseMoney(amount, parseCurrency(currency)).minor;
}

/** A stored amount (a `bigint` column arrives as text) as a decimal text. */
export function fromMinor(minor: string, currency: string): string {
  return formatMinor({ minor: Number(minor), currency: parseCurrency(currency) });
}
