import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readData } from '../../../evals/invoices/data.ts';
import { seedOf, vendorsOf } from '../../../evals/invoices/vendors.ts';
import { booked, smallData, withAccount, writeData } from './small-data.ts';

let folder: string;
let told: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-eval-data-'));
  told = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = async (): Promise<unknown> => readData(folder, (line) => told.push(line));

test('a folder of the form is read whole, and fields that the form does not know are passed over', async () => {
  const data = smallData();
  writeData(folder, { ...data, documents: data.documents.map((one) => ({ ...one, colour: 'blue' })) });
  await expect(read()).resolves.toMatchObject(data);
  expect(told).toEqual([]);
});

test('one of the two files may be absent, which is told', async () => {
  writeFileSync(join(folder, 'rules.json'), JSON.stringify(smallData().rules));
  await expect(read()).resolves.toMatchObject({ documents: [], vendors: [], orders: [] });
  expect(told).toEqual([expect.stringContaining('there is no documents.json')]);
});

test('a vendor may have no VAT number and no accounts', async () => {
  writeFileSync(join(folder, 'documents.json'), JSON.stringify({ vendors: [{ name: 'A' }], documents: [] }));
  const data = await readData(folder, () => undefined);
  expect(seedOf(data).vendors).toEqual([{ id: 'V-1', name: 'A', vatId: null, accounts: [] }]);
});

const [plain, again] = smallData().documents;

test.each([
  ['no JSON', '{', 'is no JSON'],
  ['a list', '[]', 'documents.json is not of the form that SOURCE.json describes: the whole:'],
  ['an unknown end', documents([{ ...plain, expected: { end: 'lost' } }]), 'documents.0.expected'],
  ['an amount that is none', documents([withNet('1,50')]), 'documents.0.expected.net: must be a decimal text'],
  ['one id twice', documents([plain, plain]), 'has the id "plain" twice'],
  ['a conflict before its first', documents([again, plain]), '"again" is in conflict with "plain", which does not'],
])('documents.json that is %s is refused in one sentence', async (_, text, sentence) => {
  writeFileSync(join(folder, 'documents.json'), text);
  await expect(read()).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining(sentence),
  });
});

function documents(list: readonly unknown[]): string {
  return JSON.stringify({ vendors: [], orders: [], documents: list });
}

function withNet(net: string): object {
  return { ...plain, expected: { ...plain?.expected, net } };
}

test('where vendors share a name, the documents tell whose an order is and to whom a document is booked', () => {
  const invoice = { ...withAccount(20) };
  const { name, vatId } = invoice.vendor;
  const document = booked(invoice);
  const xml = document.xml.replace(
    '<cac:AccountingSupplierParty>',
    '<cac:OrderReference><cbc:ID>PO-X</cbc:ID></cac:OrderReference><cac:AccountingSupplierParty>',
  );
  const withOrder = { ...document, xml: invoice.order === null ? xml : document.xml };
  const seed = seedOf({
    vendors: [
      { name, vatId: 'DE999999999', accounts: [] },
      { name: name.toUpperCase(), vatId, accounts: [] },
    ],
    orders: [{ number: invoice.order?.number ?? 'PO-X', vendor: name, currency: 'EUR', net: '1.00' }],
    documents: [withOrder],
  });
  expect(seed.orders).toEqual([expect.objectContaining({ vendor: 'V-2' })]);
  expect(vendorsOf(withOrder, seed.vendors).map(({ id }) => id)).toEqual(['V-2']);
});

test('an order of nobody is refused', () => {
  const orders = [{ number: 'PO-1', vendor: 'Nobody', currency: 'EUR', net: '1.00' }];
  expect(() => seedOf({ vendors: [], orders, documents: [] })).toThrow('"PO-1" names "Nobody"');
});
