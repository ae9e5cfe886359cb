import { expect, test } from '@jest/globals';
import { JobError } from 'holdfast';
import { taxOf } from '../../../examples/invoice-intake/ubl/document.ts';
import { readUbl, readWholeUbl } from '../../../examples/invoice-intake/ubl/read-ubl.ts';
import { MAX_DOCUMENT } from '../../../examples/invoice-intake/ubl/xml-element.ts';
import { fragment, line, monetaryTotal } from './fragments.ts';
import { sampleText } from './sample-documents.ts';

const CBC = 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2';

function refusalOf(xml: string): string {
  try {
    readWholeUbl(xml);
  } catch (error) {
    return error instanceof JobError ? `${error.code}: ${error.message}` : 'thrown, but no JobError';
  }
  return 'was read';
}

test('a document reads into the fields its booking needs, amounts as written', () => {
  const document = readWholeUbl(sampleText('02-several-vat-rates.xml'));
  expect(document).toMatchObject({
    kind: 'invoice',
    number: '2026/0388',
    issueDate: '2026-03-05',
    currency: 'EUR',
    supplier: { name: 'Gasthof Lindenhof, Richter & Söhne KG', vatId: 'DE 100 000 388' },
    order: null,
    payeeAccounts: ['DE75 5121 0800 1245 1261 99'],
    totals: {
      lines: '2016.50',
      allowances: '70.80',
      charges: '45.00',
      net: '1990.70',
      gross: '2207.51',
      prepaid: '500.00',
      rounding: null,
      payable: '1707.51',
    },
  });
  expect(taxOf(document)).toBe('216.81');
  expect(document.taxTotals[0]?.subtotals).toEqual([
    { category: 'S', rate: '7', taxable: '1345.20', tax: '94.16' },
    { category: 'S', rate: '19', taxable: '645.50', tax: '122.65' },
  ]);
  expect(document.allowances).toEqual([
    { kind: 'allowance', amount: '70.80' },
    { kind: 'charge', amount: '45.00' },
  ]);
});

test('the prefixes a document is written with do not matter', () => {
  const usual = sampleText('01-plain.xml');
  const renamed = usual
    .replaceAll('cbc:', 'n1:')
    .replaceAll('xmlns:cbc', 'xmlns:n1')
    .replaceAll('cac:', 'x.y:')
    .replaceAll('xmlns:cac', 'xmlns:x.y');
  const prefixedRoot = usual.replace('<Invoice xmlns=', '<u:Invoice xmlns:u=').replace('</Invoice>', '</u:Invoice>');
  const declaredInPlace = usual
    .replace(/ xmlns:cbc="[^"]+"/u, '')
    .replaceAll(/<cbc:(\w+)/gu, `<$1 xmlns="${CBC}"`)
    .replaceAll('</cbc:', '</');
  const expected = readWholeUbl(usual);
  expect(readWholeUbl(renamed)).toEqual(expected);
  expect(readWholeUbl(prefixedRoot)).toEqual(expected);
  expect(readWholeUbl(declaredInPlace)).toEqual(expected);
});

test('an element of a foreign namespace is no part of the document', () => {
  const foreign = fragment('<x:ID xmlns:x="urn:example:other">1</x:ID><cbc:ID>2</cbc:ID>');
  expect(readUbl(foreign).number).toBe('2');
});

test('a credit note has its own root and lines', () => {
  const document = readUbl(fragment(line('5.00', 'CreditNoteLine') + line('7.00'), 'CreditNote'));
  expect(document.kind).toBe('credit-note');
  expect(document.lines).toEqual([{ id: '1', net: '5.00' }]);
});

test('a fragment reads with everything that it lacks as missing', () => {
  expect(readUbl(fragment(monetaryTotal({ PayableAmount: '+1.00' })))).toEqual({
    kind: 'invoice',
    number: null,
    issueDate: null,
    currency: null,
    supplier: { name: null, vatId: null },
    order: null,
    payeeAccounts: [],
    lines: [],
    allowances: [],
    taxTotals: [],
    strayVat: [],
    totals: {
      lines: null,
      allowances: null,
      charges: null,
      net: null,
      gross: null,
      prepaid: null,
      rounding: null,
      payable: '1.00',
    },
    totalCurrencies: ['EUR'],
  });
});

test('the supplier is named by its registration, else by its trading name', () => {
  const party = (inner: string): string =>
    fragment(`<cac:AccountingSupplierParty><cac:Party>${inner}</cac:Party></cac:AccountingSupplierParty>`);
  const trading = '<cac:PartyName><cbc:Name>Trade</cbc:Name></cac:PartyName>';
  const legal = '<cac:PartyLegalEntity><cbc:RegistrationName>Legal Ltd</cbc:RegistrationName></cac:PartyLegalEntity>';
  expect(readUbl(party(trading + legal)).supplier.name).toBe('Legal Ltd');
  expect(readUbl(party(trading)).supplier.name).toBe('Trade');
});

test('only payee accounts count; the account a direct debit draws from does not', () => {
  const debit =
    '<cac:PaymentMeans><cbc:PaymentMeansCode>59</cbc:PaymentMeansCode><cac:PaymentMandate><cac:PayerFinancialAccount><cbc:ID>DE1</cbc:ID></cac:PayerFinancialAccount></cac:PaymentMandate></cac:PaymentMeans>';
  const transfer =
    '<cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID> DE2 3 </cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>';
  expect(readUbl(fragment(debit)).payeeAccounts).toEqual([]);
  expect(readUbl(fragment(debit + transfer + transfer.replace('DE2', 'DE4'))).payeeAccounts).toEqual([
    'DE2 3',
    'DE4 3',
  ]);
});

test('character references and CDATA read as what they stand for', () => {
  expect(readUbl(fragment('<cbc:ID>A&#38;B&#x20AC;<![CDATA[&amp;]]>&lt;</cbc:ID>')).number).toBe('A&B€&amp;<');
});

test('an entity is never expanded: a document type is refused and so is an entity without one', () => {
  const bomb = `<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>${fragment('<cbc:ID>&b;</cbc:ID>')}`;
  const external = `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${fragment('<cbc:ID>&x;</cbc:ID>')}`;
  expect(refusalOf(bomb)).toContain('declares a document type');
  expect(refusalOf(external)).toContain('declares a document type');
  expect(refusalOf(fragment('<cbc:ID>&b;</cbc:ID>'))).toContain('the entity "&b;"');
});

test.each([
  ['', 'is no XML'],
  ['%PDF-1.7', 'is no XML'],
  ['<Invoice><a></Invoice>', 'is no well-formed XML (line 1'],
  [`${fragment('')}<second/>`, 'not exactly one root element'],
  ['<Invoice xmlns="urn:example"/>', 'neither a UBL 2.1 Invoice nor a CreditNote but "Invoice" of "urn:example"'],
  [fragment('<zzz:ID>1</zzz:ID>'), 'uses the prefix "zzz" without declaring it'],
  [fragment('<a>'.repeat(200) + '</a>'.repeat(200)), 'is nested too deeply'],
  [fragment('<constructor>1</constructor>'), 'is nested too deeply or uses names'],
  [fragment('<cbc:ID>1</cbc:ID><cbc:ID>2</cbc:ID>'), 'has ID 2 times in "Invoice"'],
  [fragment(monetaryTotal({ PayableAmount: '1,00' })), 'has "1,00" as its PayableAmount'],
  [fragment(monetaryTotal({ PayableAmount: '' })), 'has "" as its PayableAmount'],
  [fragment(monetaryTotal({ PayableAmount: '1e3' })), 'has "1e3" as its PayableAmount'],
  [fragment('<cbc:ID>1\u0000</cbc:ID>'), 'has characters that XML forbids'],
  [fragment('<cbc:ID>1\ud800</cbc:ID>'), 'has characters that XML forbids'],
  [fragment('<cbc:ID>1&#0;</cbc:ID>'), 'the entity "&#0;"'],
  [fragment('<cbc:ID>1&#xD800;</cbc:ID>'), 'the entity "&#xD800;"'],
  [
    fragment(''),
    "has no number (cbc:ID) and no currency (cbc:DocumentCurrencyCode) and no supplier's name (cbc:RegistrationName)",
  ],
])('%# an unreadable document is refused in one sentence', (xml, reason) => {
  const sentence = refusalOf(xml);
  expect(sentence).toMatch(/^invalid-input: The document /u);
  expect(sentence).toContain(reason);
  expect(sentence).not.toContain('\n');
});

test('a document that is too long, or has too many tags, is refused before it is parsed', () => {
  expect(refusalOf(`<a>${' '.repeat(MAX_DOCUMENT.characters)}</a>`)).toContain('4194304 are read');
  expect(refusalOf(`<a>${'<b/>'.repeat(MAX_DOCUMENT.tags)}</a>`)).toContain('100000 are read');
});
