import Big from 'big.js';
import type { ExtractedFields } from '../../extracted-fields.ts';
import type { VendorOnFile } from '../../matching.ts';
import type { Booking } from '../../schemas.ts';
import type { OrderToSeed } from '../../seed.ts';
import { roundCents } from '../../ubl/decimal.ts';
import { add, germanAccount } from '../generate-invoice.ts';
import type { LineText, VatText } from '../invoice-xml.ts';
import type { Random } from '../random.ts';
import { supplierFrom, type Party } from './parties.ts';

/** A line of goods with its unit. */
export interface SheetLine extends LineText {
  readonly unit: string;
}

/** What an invoice on paper says, before it has any wording. Amounts are decimal texts, dates are ISO dates. */
export interface Sheet {
  readonly kind: 'invoice' | 'credit-note';
  readonly number: string;
  readonly issueDate: string;
  readonly dueDate: string;
  readonly supplier: Party;
  readonly buyer: Party;
  readonly order: string | null;
  /** The invoice that a credit note corrects. */
  readonly preceding: string | null;
  readonly accounts: readonly string[];
  readonly lines: readonly SheetLine[];
  readonly allowances: ExtractedFields['allowances'];
  readonly vat: readonly VatText[];
  readonly totals: {
    readonly lines: string;
    readonly net: string;
    readonly tax: string;
    readonly gross: string;
    readonly prepaid: string | null;
    readonly payable: string;
  };
}

/** A sheet with what the books must know to take it, and the one right booking. */
export interface GeneratedSheet {
  readonly sheet: Sheet;
  readonly vendor: VendorOnFile;
  readonly order: OrderToSeed | null;
  readonly expected: Booking;
}

const GOODS = {
  de: [
    'Handschuhe',
    'Kabeltrommel 25 m',
    'Regalboden',
    'Schrauben M8 x 40',
    'Reinigung',
    'Etiketten "A6"',
    'Filter < 5 mm',
  ],
  en: ['Gloves', 'Cable drum 25 m', 'Shelf board', 'Hex bolts M8 x 40', 'Cleaning', 'Labels "A6"', 'Filter < 5 mm'],
} as const;
const UNITS = { de: ['Stk', 'h', 'kg', 'Pkg'], en: ['pcs', 'h', 'kg', 'box'] } as const;
const MAX_LINES = 6;
const MAX_QUANTITY = 12;
const MAX_PRICE_CENTS = 8_499;
// A long document goes on on a second page; its goods are cheap, so that it stays below the limit.
const MANY_LINES = 45;
const MAX_CHEAP_CENTS = 799;
// Of hundreds of lines all are cheaper still.
const HUNDREDS = 100;
const MAX_CHEAPEST_CENTS = 149;
const ALLOWANCE_SHARE = '0.05';

/** Makes up a correct invoice or credit note in EUR and below 10000 EUR, of up to 1000 lines where a count is given. */
export function sheetFrom(
  random: Random,
  { seed, language, lineCount }: { seed: number; language: 'de' | 'en'; lineCount?: number | undefined },
): GeneratedSheet {
  const { vendor, supplier, buyer } = supplierFrom(random, seed, language);
  const kind = random.oneIn(5) ? 'credit-note' : 'invoice';
  const lines = linesFrom(random, language, lineCount);
  const lineSum = add(lines.map(({ net }) => net));
  const allowances = allowancesFrom(random, lines[0]?.net ?? '0');
  const vat = breakdownOf(lines, allowances);
  const number = numberFrom(random, seed, kind);
  const order = random.oneIn(2) ? `${random.pick(['PO', 'KW', 'B-2026'])}-${seed}` : null;
  const accounts = accountsFrom(random, vendor);
  const totals = totalsOf(random, { lines: lineSum, vat, mayBePrepaid: kind === 'invoice' });
  const { net, tax, gross, payable } = totals;
  return {
    sheet: {
      kind,
      number,
      issueDate: dateFrom(random, 1),
      dueDate: dateFrom(random, 7),
      supplier,
      buyer,
      order,
      preceding: kind === 'credit-note' ? `R-${random.whole(10_000, 99_999)}` : null,
      accounts,
      lines,
      allowances,
      vat,
      totals,
    },
    vendor: { ...vendor, accounts: accounts.length === 0 ? vendor.accounts : accounts },
    order: order === null ? null : { number: order, vendor: vendor.id, currency: 'EUR', net },
    expected: {
      kind,
      number,
      vendor: vendor.id,
      order,
      currency: 'EUR',
      net,
      tax,
      gross,
      payable,
      account: accounts[0] ?? null,
    },
  };
}

function numberFrom(random: Random, seed: number, kind: Sheet['kind']): string {
  const prefix =
    kind === 'invoice' ? random.pick(['R-', 'RE-2026-', 'INV-', '2026/', '26']) : random.pick(['G-', 'CN-', 'GS 26/']);
  return `${prefix}${seed}${random.pick(['-', '/'])}${random.whole(100, 999)}`;
}

function dateFrom(random: Random, firstMonth: number): string {
  const [month, day] = [random.whole(firstMonth, firstMonth + 5), random.whole(1, 28)];
  return `2026-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function linesFrom(random: Random, language: 'de' | 'en', lineCount?: number): readonly SheetLine[] {
  const rates = (['19', '7', '0'] as const).slice(0, random.whole(1, 3));
  const isLong = random.oneIn(12) || lineCount !== undefined;
  const count = lineCount ?? (isLong ? MANY_LINES : Math.max(rates.length, random.whole(1, MAX_LINES)));
  const maxCheap = count > HUNDREDS ? MAX_CHEAPEST_CENTS : MAX_CHEAP_CENTS;
  return Array.from({ length: count }, (_, index) => {
    const quantity = random.whole(1, MAX_QUANTITY);
    const price = new Big(random.whole(100, isLong ? maxCheap : MAX_PRICE_CENTS)).times('0.01');
    return {
      name: random.pick(GOODS[language]),
      unit: random.pick(UNITS[language]),
      quantity: String(quantity),
      price: price.toFixed(2),
      net: price.times(quantity).toFixed(2),
      rate: rates[index % rates.length] ?? '19',
    };
  });
}

// The discount is one on the first line, so that no taxable amount turns negative.
function allowancesFrom(random: Random, firstNet: string): Sheet['allowances'] {
  const discount = {
    kind: 'allowance',
    amount: roundCents(new Big(firstNet).times(ALLOWANCE_SHARE)).toFixed(2),
  } as const;
  const charge = { kind: 'charge', amount: new Big(random.whole(390, 2_490)).times('0.01').toFixed(2) } as const;
  const chosen = random.pick(['none', 'none', 'discount', 'charge', 'both']);
  if (chosen === 'none') return [];
  return chosen === 'both' ? [discount, charge] : [chosen === 'discount' ? discount : charge];
}

// Allowances and charges are taxed like the first line.
function breakdownOf(lines: readonly SheetLine[], allowances: Sheet['allowances']): readonly VatText[] {
  const rates = [...new Set(lines.map(({ rate }) => rate))];
  const shift = allowances.reduce(
    (sum, { kind, amount }) => (kind === 'charge' ? sum.plus(amount) : sum.minus(amount)),
    new Big(0),
  );
  return rates.map((rate, index) => {
    const taxable = add(lines.filter((line) => line.rate === rate).map(({ net }) => net)).plus(index === 0 ? shift : 0);
    return { rate, taxable: taxable.toFixed(2), tax: roundCents(taxable.times(rate).times('0.01')).toFixed(2) };
  });
}

function accountsFrom(random: Random, vendor: VendorOnFile): readonly string[] {
  const account = vendor.accounts[0] ?? '';
  const second = germanAccount(`${random.whole(10_000_000, 89_999_999)}${account.slice(-10)}`);
  const chosen = random.whole(1, 8);
  if (chosen === 1) return [];
  return chosen === 2 ? [account, second] : [account];
}

function totalsOf(
  random: Random,
  { lines, vat, mayBePrepaid }: { lines: Big; vat: readonly VatText[]; mayBePrepaid: boolean },
): Sheet['totals'] {
  const net = add(vat.map(({ taxable }) => taxable));
  const tax = add(vat.map((row) => row.tax));
  const gross = net.plus(tax);
  const prepaid = mayBePrepaid && random.oneIn(5) ? roundCents(gross.times('0.3')) : null;
  return {
    lines: lines.toFixed(2),
    net: net.toFixed(2),
    tax: tax.toFixed(2),
    gross: gross.toFixed(2),
    prepaid: prepaid?.toFixed(2) ?? null,
    payable: gross.minus(prepaid ?? 0).toFixed(2),
  };
}
