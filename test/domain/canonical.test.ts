import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../domain/canonical.ts';

// RFC 8785, appendix B: IEEE 754 bits and their JSON text.
test.each([
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
])('canonicalJson writes the number of the bits %s as %s [domain.canonical-json]', (bits, expected) => {
  expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(expected);
});

test('canonicalJson writes the example of RFC 8785, section 3.2.2 [domain.canonical-json]', () => {
  const input: unknown = JSON.parse(String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`);
  expect(canonicalJson(input)).toBe(
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});

test('canonicalJson sorts names by UTF-16 code units as RFC 8785, section 3.2.3 does [domain.canonical-json]', () => {
  const input = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  };
  expect(Object.values(JSON.parse(canonicalJson(input)) as object).toSorted(byPlace(canonicalJson(input)))).toEqual([
    'Carriage Return',
    'One',
    'Control',
    'Latin Small Letter O With Diaeresis',
    'Euro Sign',
    'Emoji: Grinning Face',
    'Hebrew Letter Dalet With Dagesh',
  ]);
});

test('canonicalJson leaves undefined members out', () => {
  expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
});

test('canonicalJson is the same for the same value, whatever the order of its members [domain.canonical-json]', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).toReversed());
      expect(canonicalJson(reversed)).toBe(canonicalJson(value));
    }),
  );
});

test('canonicalJson loses nothing that JSON holds', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test.each([
  ['not a number', Number.NaN],
  ['an infinity', { amount: Number.POSITIVE_INFINITY }],
  ['half a character', '\ud83d'],
  ['a big integer', 1n],
  ['undefined', undefined],
  ['a function', () => 1],
  ['a circle', circle()],
])('canonicalJson refuses %s [domain.canonical-json]', (_, value) => {
  expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
});

function byPlace(text: string): (one: unknown, other: unknown) => number {
  return (one, other) => text.indexOf(String(one)) - text.indexOf(String(other));
}

function circle(): unknown {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  return value;
}

test('canonicalJson takes 500 levels of nesting and refuses more, also a value that holds itself', () => {
  const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
  expect(canonicalJson(nested(500))).toHaveLength(1_000);
  const refused = expect.objectContaining({
    code: 'invalid-input',
    message: 'The value is nested deeper than 500 levels.',
  });
  expect(() => canonicalJson(nested(501))).toThrow(refused);
  expect(() => canonicalJson(nested(100_000))).toThrow(refused);
  const itself: Record<string, unknown> = {};
  itself['again'] = itself;
  expect(() => canonicalJson(itself)).toThrow(refused);
});
