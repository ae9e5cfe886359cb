import { printable } from './printable.ts';

/** What the limit is decided on: facts of a verified booking. */
export interface Proposed {
  readonly kind: string;
  readonly number: string;
  readonly currency: string;
  /** The amount due in the smallest unit of the currency, signed. */
  readonly amount: number;
  /** The amount due as a decimal text. */
  readonly payable: string;
}

/** Up to which amount a booking is posted without a person. */
export interface Limit {
  readonly currency: string;
  /** In the smallest unit of the currency. */
  readonly amount: number;
  /** The same as a decimal text. */
  readonly text: string;
}

/** 10000 EUR. */
export const RELEASE_LIMIT: Limit = { currency: 'EUR', amount: 1_000_000, text: '10000.00' };

/**
 * Why a person must release a booking, in one sentence; `undefined` when none has to. The amount due counts without its
 * sign, an amount equal to the limit is within it, and an amount in another currency always needs a person.
 */
export function releaseReason(booking: Proposed, limit: Limit): string | undefined {
  const what = `${booking.kind === 'invoice' ? 'Invoice' : 'Credit note'} ${printable(booking.number)} over ${booking.payable} ${booking.currency}`;
  const ask =
    'a person must deliver the signal "release"; who that is remains unauthenticated until signed approvals exist.';
  if (booking.currency !== limit.currency)
    return `${what} is not in ${limit.currency}, the currency of the limit of ${limit.text} ${limit.currency}: ${ask}`;
  if (Math.abs(booking.amount) > limit.amount)
    return `${what} is above the limit of ${limit.text} ${limit.currency}: ${ask}`;
  return undefined;
}
