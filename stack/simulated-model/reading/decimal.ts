const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/** Whether a text is a plain decimal number with a point, as in `-1190.00`. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

/**
 * Reads a printed amount, English (`1,190.00`) or German (`1.190,00`), with or without a currency around it; `null`
 * when there is none. A single separator followed by three digits counts as grouping, any other as the decimal mark.
 */
export function readPrintedAmount(text: string): string | null {
  const printed = /[-+−]?\s?\d[\d.,'’\s]*/
    .exec(text)?.[0]
    .replace(/[\s'’]/g, '')
    .replace(/[.,]+$/, '')
    .replace('−', '-');
  if (printed === undefined) return null;
  const mark = decimalMark(printed);
  const plain = printed.replace(/[.,]/g, (sign) => (sign === mark ? '.' : ''));
  return isDecimal(plain) ? plain : null;
}

/** The same number in the forms a schema may ask for: as written, with two decimals, without trailing zeros. Never rounded. */
export function decimalForms(text: string): string[] {
  if (!isDecimal(text)) return [text];
  const negative = text.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = text.replace(/^[+-]/, '').split('.');
  const units = whole.replace(/^0+(?=\d)/, '') || '0';
  const shortest = fraction.replace(/0+$/, '');
  const twoDecimals = shortest.length <= 2 ? [`${negative}${units}.${shortest.padEnd(2, '0')}`] : [];
  return [text, ...twoDecimals, `${negative}${units}${shortest && `.${shortest}`}`];
}

/** The number in hundredths, as in minor units of most currencies; `null` when it is finer than that. */
export function inHundredths(text: string): number | null {
  const exact = decimalForms(text).find((form) => /^-?\d+\.\d{2}$/.test(form));
  return exact === undefined ? null : Number(exact.replace('.', ''));
}

/** The exact sum of plain decimals; `null` when one of them is none. */
export function sumOf(texts: readonly string[]): string | null {
  if (!texts.every(isDecimal)) return null;
  const digits = Math.max(...texts.map((text) => text.split('.')[1]?.length ?? 0));
  const whole = texts.reduce((sum, text) => {
    const [units = '', fraction = ''] = text.split('.');
    return sum + BigInt(`${units}${fraction.padEnd(digits, '0')}`);
  }, 0n);
  const sign = whole < 0n ? '-' : '';
  const written = String(whole < 0n ? -whole : whole).padStart(digits + 1, '0');
  return digits === 0 ? `${sign}${written}` : `${sign}${written.slice(0, -digits)}.${written.slice(-digits)}`;
}

function decimalMark(printed: string): string | null {
  const last = Math.max(printed.lastIndexOf('.'), printed.lastIndexOf(','));
  if (last < 0) return null;
  const mark = printed.charAt(last);
  const repeated = printed.indexOf(mark) !== last;
  const mixed = printed.includes('.') && printed.includes(',');
  return repeated || (!mixed && printed.length - last - 1 === 3) ? null : mark;
}
