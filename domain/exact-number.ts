/** A number as its decimal digits say: `digits` times ten to the power of `exponent`. */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

/** Whether a number is a whole multiple of another, both taken as their decimal digits say: 19.99 is one of 0.01. */
export function isMultipleOf(value: number, step: number): boolean {
  const [one, other] = [decimalOf(String(value)), decimalOf(String(step))];
  if (one === undefined || other === undefined || other.digits === 0n) return false;
  const exponent = Math.min(one.exponent, other.exponent);
  return scaled(one, exponent) % scaled(other, exponent) === 0n;
}

/** Whether two texts, each a JSON number, name the same number. */
export function isSameNumber(one: string, other: string): boolean {
  const [first, second] = [decimalOf(one), decimalOf(other)];
  if (first === undefined || second === undefined) return false;
  const exponent = Math.min(first.exponent, second.exponent);
  return scaled(first, exponent) === scaled(second, exponent);
}

function decimalOf(text: string): Decimal | undefined {
  const [matched, sign = '', whole = '', fraction = '', power = '0'] = DECIMAL.exec(text) ?? [];
  if (matched === undefined) return undefined;
  return { digits: BigInt(`${sign}${whole}${fraction}`), exponent: Number(power) - fraction.length };
}

function scaled({ digits, exponent }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(exponent - to);
}
