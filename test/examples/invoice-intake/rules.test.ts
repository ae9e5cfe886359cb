import { describe, expect, test } from '@jest/globals';
import { readUbl } from '../../../examples/invoice-intake/ubl/read-ubl.ts';
import { ARITHMETIC_RULES, evaluateRule, type ArithmeticRule } from '../../../examples/invoice-intake/ubl/rules.ts';
import { findTotalsFaults } from '../../../examples/invoice-intake/totals.ts';
import { allowanceCharge, fragment, line, monetaryTotal, taxSubtotal, taxTotal } from './fragments.ts';
import { sample } from './sample-documents.ts';

const EUR = '<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>';

function verdict(rule: ArithmeticRule, elements: string, root: 'Invoice' | 'CreditNote' = 'Invoice'): string {
  return evaluateRule(rule, readUbl(fragment(elements, root))).kind;
}

test.each(ARITHMETIC_RULES)('%s passes a fragment that has nothing the rule is about', (rule) => {
  expect(verdict(rule, '<cbc:ID>1</cbc:ID>')).toBe('pass');
});

describe('BR-CO-10, the sum of line net amounts', () => {
  test.each([
    [line('10.10') + line('-0.05'), '10.05', 'pass'],
    [line('10.10') + line('-0.05'), '10.06', 'fail'],
    [line('10.10'), '10.1000', 'pass'],
    [line('0.1') + line('0.2'), '0.30', 'pass'],
    // The sum is rounded to cents, a half towards positive infinity.
    [line('0.005'), '0.01', 'pass'],
    [line('-0.005'), '0.00', 'pass'],
    [line('-0.005'), '-0.01', 'fail'],
    ['', '0.00', 'pass'],
    [line('1.00', 'CreditNoteLine'), '1.00', 'fail'],
  ])('%# lines compared with %s', (lines, total, expected) => {
    expect(verdict('BR-CO-10', monetaryTotal({ LineExtensionAmount: total }) + lines)).toBe(expected);
  });

  test('it fails when the sum is not written, and adds up the lines of a credit note', () => {
    expect(verdict('BR-CO-10', monetaryTotal({ PayableAmount: '0' }))).toBe('fail');
    expect(
      verdict(
        'BR-CO-10',
        monetaryTotal({ LineExtensionAmount: '3.00' }) + line('3.00', 'CreditNoteLine'),
        'CreditNote',
      ),
    ).toBe('pass');
  });
});

describe.each([
  { rule: 'BR-CO-11', total: 'AllowanceTotalAmount', indicator: 'false', other: 'true' },
  { rule: 'BR-CO-12', total: 'ChargeTotalAmount', indicator: 'true', other: 'false' },
] as const)('$rule, the sum of document-level amounts', ({ rule, total, indicator, other }) => {
  test.each([
    [{ [total]: '30.00' }, allowanceCharge(indicator, '10.00') + allowanceCharge(indicator, '20.00'), 'pass'],
    [{ [total]: '30.01' }, allowanceCharge(indicator, '10.00') + allowanceCharge(indicator, '20.00'), 'fail'],
    [{ [total]: '10.00' }, allowanceCharge(indicator, '10.00') + allowanceCharge(other, '20.00'), 'pass'],
    [{ [total]: '0.00' }, '', 'pass'],
    [{ [total]: '1.00' }, '', 'fail'],
    [{ PayableAmount: '1.00' }, '', 'pass'],
    [{ PayableAmount: '1.00' }, allowanceCharge(other, '20.00'), 'pass'],
    [{ PayableAmount: '1.00' }, allowanceCharge(indicator, '20.00'), 'fail'],
    [{ PayableAmount: '1.00' }, allowanceCharge(indicator === 'true' ? '1' : '0', '20.00'), 'fail'],
  ])('%# %j', (amounts, parts, expected) => {
    expect(verdict(rule, monetaryTotal(amounts) + parts)).toBe(expected);
  });
});

test.each([
  [{ LineExtensionAmount: '100.00', TaxExclusiveAmount: '100.00' }, 'pass'],
  [{ LineExtensionAmount: '100.00', TaxExclusiveAmount: '100.01' }, 'fail'],
  [{ LineExtensionAmount: '100.00', TaxExclusiveAmount: '95.00', AllowanceTotalAmount: '5.00' }, 'pass'],
  [{ LineExtensionAmount: '100.00', TaxExclusiveAmount: '105.00', AllowanceTotalAmount: '5.00' }, 'fail'],
  [{ LineExtensionAmount: '100.00', TaxExclusiveAmount: '105.00', ChargeTotalAmount: '5.00' }, 'pass'],
  [
    {
      LineExtensionAmount: '100.00',
      TaxExclusiveAmount: '102.50',
      AllowanceTotalAmount: '5.00',
      ChargeTotalAmount: '7.50',
    },
    'pass',
  ],
  [
    {
      LineExtensionAmount: '100.00',
      TaxExclusiveAmount: '102.51',
      AllowanceTotalAmount: '5.00',
      ChargeTotalAmount: '7.50',
    },
    'fail',
  ],
  [{ LineExtensionAmount: '-100.00', TaxExclusiveAmount: '-95.00', AllowanceTotalAmount: '-5.00' }, 'pass'],
  [{ LineExtensionAmount: '100.00' }, 'fail'],
  [{ TaxExclusiveAmount: '100.00' }, 'fail'],
])('BR-CO-13, the total without VAT: %j gives %s', (amounts, expected) => {
  expect(verdict('BR-CO-13', monetaryTotal(amounts))).toBe(expected);
});

test.each([
  [taxTotal('24.50', taxSubtotal({ tax: '19.00' }) + taxSubtotal({ tax: '5.50' })), 'pass'],
  [taxTotal('24.51', taxSubtotal({ tax: '19.00' }) + taxSubtotal({ tax: '5.50' })), 'fail'],
  [taxTotal('24.50'), 'pass'],
  [taxTotal('1.00', taxSubtotal({ tax: '1.00' })) + taxTotal('9.00', '', 'SEK'), 'pass'],
  [taxTotal('1.00', taxSubtotal({ tax: '1.00' })) + taxTotal('9.00', taxSubtotal({ tax: '8.00' }), 'SEK'), 'fail'],
])('BR-CO-14, the sum of the VAT breakdown: case %# gives %s', (total, expected) => {
  expect(verdict('BR-CO-14', total)).toBe(expected);
});

test.each([
  [EUR + taxTotal('19.00'), { TaxExclusiveAmount: '100.00', TaxInclusiveAmount: '119.00' }, 'pass'],
  [EUR + taxTotal('19.00'), { TaxExclusiveAmount: '100.00', TaxInclusiveAmount: '119.01' }, 'fail'],
  [EUR + taxTotal('19.00'), { TaxExclusiveAmount: '100.00', TaxInclusiveAmount: '118.99' }, 'fail'],
  [
    EUR + taxTotal('19.00') + taxTotal('200.00', '', 'SEK'),
    { TaxExclusiveAmount: '100.00', TaxInclusiveAmount: '119.00' },
    'pass',
  ],
  [EUR + taxTotal('19.00', '', 'SEK'), { TaxExclusiveAmount: '100.00', TaxInclusiveAmount: '119.00' }, 'fail'],
  [EUR + taxTotal('19.00') + taxTotal('19.00'), { TaxExclusiveAmount: '100.00', TaxInclusiveAmount: '119.00' }, 'fail'],
  [EUR, { TaxExclusiveAmount: '100.00', TaxInclusiveAmount: '100.00' }, 'fail'],
  [EUR + taxTotal('19.00'), { TaxInclusiveAmount: '119.00' }, 'fail'],
  [taxTotal('19.00'), { TaxExclusiveAmount: '100.00', TaxInclusiveAmount: '500.00' }, 'pass'],
])('BR-CO-15, the total with VAT: case %#', (elements, amounts, expected) => {
  expect(verdict('BR-CO-15', elements + monetaryTotal(amounts))).toBe(expected);
});

test.each([
  [{ TaxInclusiveAmount: '119.00', PayableAmount: '119.00' }, 'pass'],
  [{ TaxInclusiveAmount: '119.00', PayableAmount: '119.01' }, 'fail'],
  [{ TaxInclusiveAmount: '119.00', PayableAmount: '19.00', PrepaidAmount: '100.00' }, 'pass'],
  [{ TaxInclusiveAmount: '119.00', PayableAmount: '119.00', PrepaidAmount: '100.00' }, 'fail'],
  [{ TaxInclusiveAmount: '119.00', PayableAmount: '119.00', PrepaidAmount: '0.00' }, 'pass'],
  [{ TaxInclusiveAmount: '118.98', PayableAmount: '119.00', PayableRoundingAmount: '0.02' }, 'pass'],
  [{ TaxInclusiveAmount: '118.98', PayableAmount: '119.00', PayableRoundingAmount: '0.03' }, 'fail'],
  [
    { TaxInclusiveAmount: '118.98', PayableAmount: '19.00', PayableRoundingAmount: '0.02', PrepaidAmount: '100.00' },
    'pass',
  ],
  [{ TaxInclusiveAmount: '-118.98', PayableAmount: '-119.00', PayableRoundingAmount: '-0.02' }, 'pass'],
  [{ TaxInclusiveAmount: '119.00' }, 'fail'],
])('BR-CO-16, the amount due: %j gives %s', (amounts, expected) => {
  expect(verdict('BR-CO-16', monetaryTotal(amounts))).toBe(expected);
});

test.each([
  [{ taxable: '100.00', tax: '19.00', rate: '19' }, 'pass'],
  [{ taxable: '100.00', tax: '19.99', rate: '19' }, 'pass'],
  [{ taxable: '100.00', tax: '20.00', rate: '19' }, 'fail'],
  [{ taxable: '100.00', tax: '18.01', rate: '19' }, 'pass'],
  [{ taxable: '100.00', tax: '18.00', rate: '19' }, 'fail'],
  [{ taxable: '-100.00', tax: '-19.00', rate: '19' }, 'pass'],
  // The standard compares amounts without their signs.
  [{ taxable: '-100.00', tax: '19.00', rate: '19' }, 'pass'],
  [{ taxable: '100.00', tax: '0.00', rate: '0' }, 'pass'],
  [{ taxable: '100.00', tax: '0.50', rate: '0' }, 'fail'],
  [{ taxable: '100.00', tax: '0.00' }, 'pass'],
  [{ taxable: '100.00', tax: '19.00' }, 'fail'],
  [{ tax: '19.00', rate: '19' }, 'fail'],
  [{ taxable: '100.00', rate: '19' }, 'fail'],
])('BR-CO-17, VAT by rate, allows a difference below one unit: %j gives %s', (row, expected) => {
  expect(verdict('BR-CO-17', taxTotal('0', taxSubtotal(row)))).toBe(expected);
});

test('BR-CO-15 says how often the VAT is written in the currency of the document', () => {
  const document = readUbl(fragment(EUR + taxTotal('19.00') + taxTotal('19.00') + taxTotal('200.00', '', 'SEK')));
  expect(evaluateRule('BR-CO-15', document)).toMatchObject({
    findings: [{ sentence: 'BR-CO-15: the total VAT in EUR is written 2 times instead of once.' }],
  });
});

test('BR-CO-17 is judged for every row of the breakdown, also one that stands in a line', () => {
  const right = taxSubtotal({ taxable: '100.00', tax: '19.00', rate: '19' });
  const wrong = taxSubtotal({ taxable: '100.00', tax: '25.00', rate: '19' });
  expect(verdict('BR-CO-17', taxTotal('0', right + wrong))).toBe('fail');
  expect(verdict('BR-CO-17', `<cac:InvoiceLine>${taxTotal('0', wrong)}</cac:InvoiceLine>`)).toBe('fail');
});

test('a document that is wrong by a cent is refused with the rule first and the values in the sentence [example.rules]', () => {
  expect(findTotalsFaults(sample('03-wrong-by-a-cent.xml'))).toEqual([
    {
      of: 'source',
      rule: 'BR-CO-15',
      sentence: 'BR-CO-15: the total with VAT 1368.51 is not the total without VAT 1150.00 + VAT 218.50 (1368.50).',
    },
  ]);
});

test('totals in another currency than the document, or finer than its smallest unit, are refused', () => {
  const document = sample('01-plain.xml');
  const rulesOf = (changed: Partial<typeof document>): string[] =>
    findTotalsFaults({ ...document, ...changed }).map(({ rule }) => rule);
  expect(rulesOf({ totalCurrencies: ['EUR', 'USD'] })).toEqual(['document-currency']);
  expect(
    rulesOf({ currency: 'euro', taxTotals: document.taxTotals.map((total) => ({ ...total, currency: 'euro' })) }),
  ).toContain('document-currency');
  const finer = {
    lines: null,
    allowances: null,
    charges: null,
    net: '1',
    gross: '2034.905',
    prepaid: null,
    rounding: null,
    payable: '1',
  };
  expect(rulesOf({ totals: finer })).toContain('smallest-unit');
});
