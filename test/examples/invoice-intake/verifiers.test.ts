import { describe, expect, test } from '@jest/globals';
import type { Finding } from 'holdfast';
import { SAMPLE_DOCUMENTS } from '../../../examples/invoice-intake/expected.ts';
import { Booking } from '../../../examples/invoice-intake/schemas.ts';
import { SEED } from '../../../examples/invoice-intake/seed.ts';
import { judgeAccounts } from '../../../examples/invoice-intake/verifiers/account-on-file.ts';
import { compareWithSource } from '../../../examples/invoice-intake/verifiers/matches-source.ts';
import { judgeOrder } from '../../../examples/invoice-intake/verifiers/order-on-file.ts';
import { judgeVendor } from '../../../examples/invoice-intake/verifiers/vendor-on-file.ts';
import { PLAIN_BOOKING, sample } from './sample-documents.ts';

const document = sample('01-plain.xml');
const booking = PLAIN_BOOKING;

function brief(findings: readonly Finding[]): string[] {
  return findings.map(({ of, rule, field }) => `${of} ${rule} ${field ?? ''}`.trim());
}

describe('matches-source', () => {
  test('a booking that says what the document says passes, however amounts and account are written', () => {
    expect(compareWithSource(document, booking)).toEqual([]);
    expect(
      compareWithSource(document, { ...booking, net: '1710', gross: '2034.9', account: 'DE89 3704 0044 0532 0130 00' }),
    ).toEqual([]);
  });

  test.each([
    ['kind', 'credit-note'],
    ['number', 'NL-2026-0118'],
    ['order', null],
    ['order', 'KW-4712'],
    ['currency', 'USD'],
    ['net', '1710.01'],
    ['tax', '324.89'],
    ['gross', '2034.91'],
    ['payable', '-2034.90'],
    ['account', 'LT121000011101001000'],
    ['account', null],
  ] as const)('a wrong %s (%s) is the fault of the output, and the finding names the field', (field, value) => {
    const wrong = { ...booking, [field]: value };
    expect(brief(compareWithSource(document, wrong))).toEqual([`output matches-source ${field}`]);
  });

  test('a booking has no account when the document states none, and any of them when it states several', () => {
    const without = { ...document, payeeAccounts: [] };
    expect(brief(compareWithSource(without, booking))).toEqual(['output matches-source account']);
    expect(compareWithSource(without, { ...booking, account: null })).toEqual([]);
    expect(compareWithSource({ ...document, payeeAccounts: ['X1', 'DE89370400440532013000'] }, booking)).toEqual([]);
  });

  test('an amount that the document does not state is the fault of the source', () => {
    expect(brief(compareWithSource({ ...document, taxTotals: [] }, booking))).toEqual(['source matches-source tax']);
  });
});

describe('vendor-on-file', () => {
  const { supplier } = document;

  test('the vendor with the name and VAT number of the supplier passes', () => {
    expect(judgeVendor(supplier, SEED.vendors, 'V-117')).toEqual([]);
  });

  test('another vendor is the fault of the output, and the finding names the right one', () => {
    const [finding] = judgeVendor(supplier, SEED.vendors, 'V-388');
    expect(finding).toMatchObject({ of: 'output', rule: 'vendor-on-file', field: 'vendor' });
    expect(finding?.sentence).toContain('is vendor "V-117"');
  });

  test('a supplier who is not on file, or whose VAT number differs, is the fault of the source', () => {
    const other = { ...supplier, vatId: 'DE1' };
    expect(judgeVendor(other, SEED.vendors, 'V-117')[0]).toMatchObject({
      of: 'source',
      sentence:
        'No vendor on file is "Nordlicht Bürobedarf GmbH" (VAT number DE1); a person must enter it in the books first.',
    });
    expect(brief(judgeVendor(supplier, [], 'V-117'))).toEqual(['source vendor-on-file']);
  });

  test('two vendors that the supplier can be are told apart by a person', () => {
    const twins = SEED.vendors.concat({ id: 'V-900', name: supplier.name, vatId: supplier.vatId, accounts: [] });
    expect(judgeVendor(supplier, twins, 'V-117')[0]).toMatchObject({
      of: 'source',
      sentence: expect.stringContaining('V-117, V-900'),
    });
  });
});

describe('account-on-file', () => {
  test('an account on file passes, spaces aside, and so does a document without one', () => {
    expect(judgeAccounts(document, SEED.vendors)).toEqual([]);
    expect(judgeAccounts({ ...document, payeeAccounts: [] }, [])).toEqual([]);
  });

  test('a changed account is the fault of the source and is named, whatever the note says [example.changed-account]', () => {
    expect(judgeAccounts(sample('04-changed-account.xml'), SEED.vendors)).toEqual([
      {
        of: 'source',
        rule: 'account-on-file',
        field: 'account',
        sentence:
          'The account LT121000011101001000 is not on file for vendor "V-204" (Schwarzwald Präzisionsteile GmbH); a person must confirm it with the vendor by a known way and enter it in the books.',
      },
    ]);
  });

  test('every account counts, also on a credit note, and one on file for another vendor is none', () => {
    const note = {
      ...sample('06-credit-note.xml'),
      payeeAccounts: ['DE89370400440532013000', 'DE75512108001245126199'],
    };
    expect(judgeAccounts(note, SEED.vendors).map(({ sentence }) => sentence)).toEqual([
      expect.stringContaining('DE75512108001245126199'),
    ]);
  });

  test('no account is on file for a supplier who is not', () => {
    expect(brief(judgeAccounts(document, []))).toEqual(['source account-on-file account']);
  });
});

describe('order-on-file', () => {
  test('an order of this vendor in this currency passes, and a document without an order needs none', () => {
    expect(judgeOrder(document, SEED.orders, 'V-117')).toEqual([]);
    expect(judgeOrder({ ...document, order: null }, [], 'V-117')).toEqual([]);
  });

  test.each([
    [{ order: 'KW-1' }, 'V-117', 'The order "KW-1" is not on file'],
    [{}, 'V-388', 'was given to vendor "V-117", not to vendor "V-388"'],
    [{ currency: 'USD' }, 'V-117', 'is in EUR, the document in USD'],
  ])('%# an order that does not fit is the fault of the source', (changed, vendor, sentence) => {
    expect(judgeOrder({ ...document, ...changed }, SEED.orders, vendor)).toEqual([
      { of: 'source', rule: 'order-on-file', field: 'order', sentence: expect.stringContaining(sentence) },
    ]);
  });
});

test.each(
  SAMPLE_DOCUMENTS.flatMap(({ file, expected }) =>
    expected.end === 'booked' && file.endsWith('.xml') ? [[file, expected.booking] as const] : [],
  ),
)('the booking that is expected of %s passes every verifier', (file, expected) => {
  const source = sample(file);
  expect(compareWithSource(source, Booking.parse(expected))).toEqual([]);
  expect(judgeVendor(source.supplier, SEED.vendors, expected.vendor)).toEqual([]);
  expect(judgeAccounts(source, SEED.vendors)).toEqual([]);
  expect(judgeOrder(source, SEED.orders, expected.vendor)).toEqual([]);
});
