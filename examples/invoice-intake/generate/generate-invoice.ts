import Big from 'big.js';
import type { VendorOnFile } from '../matching.ts';
import type { Booking } from '../schemas.ts';
import type { OrderToSeed } from '../seed.ts';
import { roundCents } from '../ubl/decimal.ts';
import { invoiceXml, type InvoiceText, type LineText, type VatText } from './invoice-xml.ts';
import { randomFrom, type Random } from './random.ts';

/** An invoice that nobody has seen before, with what the books must know to take it. */
export interface GeneratedInvoice {
  readonly xml: string;
  readonly vendor: VendorOnFile;
  /** The order it refers to, where it does. */
  readonly order: OrderToSeed | null;
  /** The one right booking. */
  readonly expected: Booking;
}

const FIRST = [
  'Anker',
  'Birken',
  'Donau',
  'Falken',
  'Granit',
  'Heide',
  'Isar',
  'Kiefern',
  'Lotsen',
  'Mühlen',
  'Ostsee',
  'Rhön',
] as const;
const SECOND = [
  'Technik',
  'Druck',
  'Möbel',
  'Elektro',
  'Werkzeug',
  'Reinigung',
  'Verpackung',
  'Software',
  'Papier',
  'Schrauben',
] as const;
const FORM = ['GmbH', 'AG', 'KG', 'e.K.', '& Söhne OHG', 'GmbH & Co. KG'] as const;
const GOODS = [
  'Gloves',
  'Cable drum',
  'Shelf board',
  'Hex bolts M8',
  'Cleaning, hourly',
  'Labels "A6"',
  'Filter < 5 µm',
  'Support, monthly',
] as const;
const RATES = ['19', '7', '0'] as const;
const MAX_LINES = 5;
const MAX_QUANTITY = 12;
const MAX_PRICE_CENTS = 9_999;

/**
 * Makes a correct invoice from a seed: random supplier, one to five lines, one to three VAT rates, with or without an
 * order and an account. In EUR and below 7200 EUR, so that no limit of 10000 EUR stops it. Same seed, same bytes.
 */
export function generateInvoice(seed: number): GeneratedInvoice {
  const random = randomFrom(seed);
  const vendor = vendorFrom(random, seed);
  const lines = linesFrom(random);
  const vat = breakdownOf(lines);
  const net = add(lines.map(({ net: amount }) => amount));
  const tax = add(vat.map((row) => row.tax));
  const gross = net.plus(tax).toFixed(2);
  const number = `${random.pick(['R', 'RE-2026', 'INV', '26'])}-${seed}-${random.whole(100, 999)}`;
  const order = random.oneIn(2)
    ? { number: `PO-${seed}`, vendor: vendor.id, currency: 'EUR', net: net.toFixed(2) }
    : null;
  const account = random.oneIn(6) ? null : (vendor.accounts[0] ?? null);
  const amounts = { net: net.toFixed(2), tax: tax.toFixed(2), gross, payable: gross };
  const text: InvoiceText = {
    number,
    order: order?.number ?? null,
    supplier: supplierText(random, vendor),
    account,
    lines,
    vat,
    amounts,
  };
  const expected: Booking = {
    kind: 'invoice',
    number,
    vendor: vendor.id,
    order: text.order,
    currency: 'EUR',
    ...amounts,
    account,
  };
  return { xml: invoiceXml(text), vendor, order, expected };
}

/** A vendor with a German name, VAT number and account, the same for the same seed. */
export function vendorFrom(random: Random, seed: number): VendorOnFile {
  const name = `${random.pick(FIRST)} ${random.pick(SECOND)} ${random.pick(FORM)}`;
  const digits = String(200_000_000 + (seed % 700_000_000));
  const account = germanAccount(
    `${random.whole(10_000_000, 89_999_999)}${String(seed % 10_000_000_000).padStart(10, '0')}`,
  );
  return { id: `V-G${seed}`, name, vatId: `DE${digits}`, accounts: [account] };
}

/** The IBAN of 18 digits of bank code and account; check digits by ISO 13616: the whole modulo 97 is 1. */
export function germanAccount(digits: string): string {
  const check = 98n - (BigInt(`${digits}131400`) % 97n);
  return `DE${String(check).padStart(2, '0')}${digits}`;
}

// Documents write a VAT number with separators as often as without.
function supplierText(random: Random, vendor: VendorOnFile): InvoiceText['supplier'] {
  const plain = vendor.vatId ?? '';
  const spaced = `${plain.slice(0, 2)} ${plain.slice(2, 5)} ${plain.slice(5, 8)} ${plain.slice(8)}`;
  return { name: vendor.name, vatId: random.oneIn(2) ? spaced : plain };
}

function linesFrom(random: Random): readonly LineText[] {
  const rates = RATES.slice(0, random.whole(1, RATES.length));
  const [usual = '19', ...others] = rates;
  return Array.from({ length: Math.max(rates.length, random.whole(1, MAX_LINES)) }, (_, index) => {
    const quantity = random.whole(1, MAX_QUANTITY);
    const price = new Big(random.whole(1, MAX_PRICE_CENTS)).times('0.01');
    // Every rate has a line of its own; the lines after these take any of them.
    const rate = rates[index] ?? random.pick([usual, ...others]);
    return {
      name: random.pick(GOODS),
      quantity: String(quantity),
      price: price.toFixed(2),
      net: price.times(quantity).toFixed(2),
      rate,
    };
  });
}

function breakdownOf(lines: readonly LineText[]): readonly VatText[] {
  const rates = [...new Set(lines.map(({ rate }) => rate))];
  return rates.map((rate) => {
    const taxable = add(lines.filter((line) => line.rate === rate).map(({ net }) => net));
    return { rate, taxable: taxable.toFixed(2), tax: roundCents(taxable.times(rate).times('0.01')).toFixed(2) };
  });
}

/** The sum of decimal texts. */
export function add(amounts: readonly string[]): Big {
  return amounts.reduce((total, amount) => total.plus(amount), new Big(0));
}
