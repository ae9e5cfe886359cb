import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentInFile, Documents, RuleCase } from '../../../evals/invoices/data.ts';
import { type GeneratedInvoice, generateInvoice } from '../../../examples/invoice-intake/generate/generate-invoice.ts';

const FOREIGN = 'LT121000011101001000';

/** A folder's contents in the form that is evaluated. */
export interface SmallData extends Omit<Documents, 'vendors'> {
  readonly vendors: readonly { name: string; vatId: string | null; accounts: readonly string[] }[];
  readonly rules: readonly RuleCase[];
}

/** An invoice as it is, delivered again, with an amount due that is a cent too high, and with a foreign account. */
export function smallData(seed = 11): SmallData {
  const invoice = withAccount(seed);
  const { vendor, order } = invoice;
  const { name, vatId, accounts } = vendor;
  return {
    vendors: [{ name, vatId, accounts }],
    orders: order === null ? [] : [{ number: order.number, vendor: name, currency: order.currency, net: order.net }],
    documents: [booked(invoice), again(invoice), aCentMore(invoice), foreignAccount(invoice)],
    rules: [
      { id: 'sum', rule: 'BR-CO-15', expect: 'pass', xml: invoice.xml },
      { id: 'due', rule: 'BR-CO-16', expect: 'fail', xml: aCentMore(invoice).xml },
    ],
  };
}

/** Writes a folder of that form. */
export function writeData(folder: string, { rules, ...documents }: SmallData): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'documents.json'), JSON.stringify(documents));
  writeFileSync(join(folder, 'rules.json'), JSON.stringify(rules));
}

/** The document of a generated invoice that is to be booked. */
export function booked(invoice: GeneratedInvoice): DocumentInFile {
  return { id: 'plain', xml: invoice.xml, expected: { end: 'booked', ...bookedOf(invoice) } };
}

/** A generated invoice that states an account. */
export function withAccount(seed: number): GeneratedInvoice {
  const invoice = generateInvoice(seed);
  return invoice.expected.account === null ? withAccount(seed + 1) : invoice;
}

function again(invoice: GeneratedInvoice): DocumentInFile {
  return { id: 'again', xml: invoice.xml, expected: { end: 'conflict', first: 'plain', ...bookedOf(invoice) } };
}

function aCentMore(invoice: GeneratedInvoice): DocumentInFile {
  const { payable } = invoice.expected;
  const more = (Number(payable) + 0.01).toFixed(2);
  const said = { ...bookedOf(invoice), number: `${invoice.expected.number}C`, payable: more };
  const xml = numbered(invoice, said.number).replace(/(<cbc:PayableAmount[^>]*>)[^<]*/u, `$1${more}`);
  return { id: 'cent', xml, expected: { end: 'rejected', rules: ['BR-CO-16'], ...said } };
}

function foreignAccount(invoice: GeneratedInvoice): DocumentInFile {
  const said = { ...bookedOf(invoice), number: `${invoice.expected.number}A` };
  const xml = numbered(invoice, said.number).replace(invoice.expected.account ?? '', FOREIGN);
  return { id: 'account', xml, expected: { end: 'held', account: FOREIGN, ...said } };
}

function numbered({ xml, expected }: GeneratedInvoice, number: string): string {
  return xml.replace(`<cbc:ID>${expected.number}</cbc:ID>`, `<cbc:ID>${number}</cbc:ID>`);
}

function bookedOf({
  expected,
  vendor,
}: GeneratedInvoice): Omit<Extract<DocumentInFile['expected'], { end: 'booked' }>, 'end'> {
  const { kind, number, currency, net, gross, payable } = expected;
  return { kind, number, supplier: vendor.name, currency, net, gross, payable };
}
