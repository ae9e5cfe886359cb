import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatMinor, formatMoney, minorDigits, parseCurrency, parseMoney } from '../../domain/money.ts';

const EUR = parseCurrency('EUR');
const CURRENCIES = ['EUR', 'JPY', 'KWD', 'CLF'].map(parseCurrency);
const money = fc.record({ currency: fc.constantFrom(...CURRENCIES), minor: fc.maxSafeInteger() });
const refused = expect.objectContaining({ code: 'invalid-input' });

test.each([
  ['EUR', 2],
  ['USD', 2],
  ['JPY', 0],
  ['KRW', 0],
  ['ISK', 0],
  ['UYI', 0],
  ['BHD', 3],
  ['TND', 3],
  ['CLF', 4],
  ['UYW', 4],
])('the smallest unit of %s has %s decimals', (code, digits) => {
  expect(minorDigits(parseCurrency(code))).toBe(digits);
});

test.each(['', 'eur', 'EURO', 'EU', 'E1R', ' EUR'])('parseCurrency refuses "%s"', (text) => {
  expect(() => parseCurrency(text)).toThrow(refused);
});

test.each([
  ['1234.50', 'EUR', 123_450],
  ['-1234.5', 'EUR', -123_450],
  ['+7', 'EUR', 700],
  ['0.10', 'EUR', 10],
  ['1.100000', 'EUR', 110],
  ['007', 'EUR', 700],
  ['100', 'JPY', 100],
  ['1.234', 'KWD', 1_234],
  ['0.0001', 'CLF', 1],
  ['90071992547409.91', 'EUR', 9_007_199_254_740_991],
])('parseMoney reads %s %s exactly [domain.money-exact]', (amount, code, minor) => {
  expect(parseMoney(amount, parseCurrency(code))).toEqual({ currency: code, minor });
});

test('parseMoney knows only one zero', () => {
  expect(Object.is(parseMoney('-0.00', EUR).minor, 0)).toBe(true);
});

test.each(['', '1,50', '1.', '.5', '1e3', '0x10', ' 1', '1 ', 'NaN', '--1', '1.0000000'])(
  'parseMoney refuses "%s"',
  (amount) => {
    expect(() => parseMoney(amount, EUR)).toThrow(refused);
  },
);

test.each([
  ['0.001', 'EUR'],
  ['0.5', 'JPY'],
  ['1.2345', 'KWD'],
])('parseMoney refuses %s %s, which is finer than the smallest unit [domain.money-exact]', (amount, code) => {
  expect(() => parseMoney(amount, parseCurrency(code))).toThrow(refused);
});

test.each(['90071992547409.92', '-90071992547409.92', '999999999999999'])(
  'parseMoney refuses %s EUR, which no safe integer holds [domain.money-exact]',
  (amount) => {
    expect(() => parseMoney(amount, EUR)).toThrow(refused);
  },
);

test('what formatMinor writes, parseMoney reads back [domain.money-exact]', () => {
  fc.assert(
    fc.property(money, (given) => {
      expect(parseMoney(formatMinor(given), given.currency)).toEqual({
        ...given,
        minor: given.minor === 0 ? 0 : given.minor,
      });
    }),
  );
});

test('formatMinor writes the decimals of the currency, no more and no fewer', () => {
  fc.assert(
    fc.property(money, (given) => {
      const digits = minorDigits(given.currency);
      expect(formatMinor(given)).toMatch(digits === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${digits}}$`));
    }),
  );
});

test('parseMoney keeps the order of amounts', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (one, other) => {
      const [small, large] = [Math.min(one, other), Math.max(one, other)];
      const text = (cents: number): string => formatMinor({ currency: EUR, minor: cents });
      expect(parseMoney(text(small), EUR).minor).toBeLessThanOrEqual(parseMoney(text(large), EUR).minor);
    }),
  );
});

test('formatMoney names the currency', () => {
  expect(formatMoney({ currency: EUR, minor: -123_450 })).toBe('-1234.50 EUR');
  expect(formatMoney({ currency: parseCurrency('JPY'), minor: 5 })).toBe('5 JPY');
});
