import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { generateInvoice } from '../../../examples/invoice-intake/generate/generate-invoice.ts';
import { RELEASE_LIMIT } from '../../../examples/invoice-intake/limit.ts';
import { Booking } from '../../../examples/invoice-intake/schemas.ts';
import { findTotalsFaults } from '../../../examples/invoice-intake/totals.ts';
import { readWholeUbl } from '../../../examples/invoice-intake/ubl/read-ubl.ts';
import { bookingFacts } from '../../../examples/invoice-intake/tools/post-booking.ts';
import { judgeAccounts } from '../../../examples/invoice-intake/verifiers/account-on-file.ts';
import { compareWithSource } from '../../../examples/invoice-intake/verifiers/matches-source.ts';
import { judgeOrder } from '../../../examples/invoice-intake/verifiers/order-on-file.ts';
import { judgeVendor } from '../../../examples/invoice-intake/verifiers/vendor-on-file.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

test('every generated invoice satisfies all rules, and its booking passes every verifier [example.generated-invoices]', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { xml, vendor, order, expected } = generateInvoice(seed);
      const document = readWholeUbl(xml);
      expect(findTotalsFaults(document)).toEqual([]);
      expect(compareWithSource(document, Booking.parse(expected))).toEqual([]);
      expect(judgeVendor(document.supplier, [vendor], expected.vendor)).toEqual([]);
      expect(judgeAccounts(document, [vendor])).toEqual([]);
      expect(judgeOrder(document, order === null ? [] : [order], vendor.id)).toEqual([]);
      expect(bookingFacts(expected).amount).toBeLessThanOrEqual(RELEASE_LIMIT.amount);
    }),
    { numRuns: 200 },
  );
});

test('one seed gives one invoice, and thirty seeds give thirty different ones of every kind', () => {
  const invoices = Array.from({ length: 30 }, (_, seed) => generateInvoice(seed));
  expect(generateInvoice(7)).toEqual(invoices[7]);
  expect(new Set(invoices.map(({ expected }) => `${expected.vendor} ${expected.number}`)).size).toBe(30);
  const rates = invoices.map(({ xml }) => readWholeUbl(xml).taxTotals[0]?.subtotals.length);
  expect(new Set(rates)).toEqual(new Set([1, 2, 3]));
  expect(new Set(invoices.map(({ order }) => order === null))).toEqual(new Set([true, false]));
  expect(new Set(invoices.map(({ expected }) => expected.account === null))).toEqual(new Set([true, false]));
});
