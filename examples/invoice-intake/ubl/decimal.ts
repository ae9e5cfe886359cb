import Big from 'big.js';

/** A decimal as written in a document, exactly; `null` stays `null`. */
export function decimal(text: string): Big {
  return new Big(text.replace(/^(-?)\./u, '$10.').replace(/\.$/u, ''));
}

/** The sum of decimals; those that are not written count as nothing. */
export function sum(amounts: readonly (string | null)[]): Big {
  return amounts.reduce((total, amount) => (amount === null ? total : total.plus(decimal(amount))), new Big(0));
}

/** XPath's `round`: to the nearest whole number, a half towards positive infinity. */
export function roundWhole(value: Big): Big {
  const raised = value.plus('0.5');
  const whole = raised.round(0, Big.roundDown);
  return raised.lt(whole) ? whole.minus(1) : whole;
}

/** Two decimals by {@link roundWhole}, as the standard's Schematron rounds: `round(x * 10 * 10) div 100`. */
export function roundCents(value: Big): Big {
  return roundWhole(value.times(100)).times('0.01');
}

/** Whether two decimals as written are one amount; trailing zeros do not matter. */
export function sameAmount(one: string, other: string): boolean {
  return decimal(one).eq(decimal(other));
}
