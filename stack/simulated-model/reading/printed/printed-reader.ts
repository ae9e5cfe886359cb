import { matchSlot } from '../../meaning/meaning.ts';
import { INVOICE_PATTERNS, type InvoiceMeaning } from '../../meaning/patterns.ts';
import { collectFacts, type NamedValue } from '../fact-collector.ts';
import { sumOf } from '../decimal.ts';
import { kindOf, type Allowance, type InvoiceFacts, type TaxShare } from '../invoice-facts.ts';
import type { InvoiceReader } from '../invoice-reader.ts';
import { readAccounts } from './accounts.ts';
import { labelSlot, meaningOf, tagsOf } from './label.ts';
import { readLabelled, type Labelled } from './labelled.ts';
import { partyNamed, readParties, type Parties } from './parties.ts';
import { printedLines, type PrintedLine } from './printed-line.ts';
import { amountIn, currencyIn, dateIn, moneyIn, rateIn } from './printed-value.ts';
import { readTables } from './tables.ts';

/** Longest line taken for a heading; longer ones are prose. */
const HEADING_CHARACTERS = 40;

const AMOUNTS: readonly InvoiceMeaning[] = ['net', 'tax', 'gross', 'payable', 'lineTotal', 'prepaid'];
const DATES: readonly InvoiceMeaning[] = ['issueDate', 'dueDate'];
/** What is a number has a digit. */
const NUMBERS: readonly InvoiceMeaning[] = ['number', 'orderReference', 'precedingInvoice'];
const SUBTOTAL = /sub-?total|zwischensumme/iu;
/** An order named in a sentence, such as `as of your order PO-17`. */
const ORDER_IN_PROSE =
  /(?<!\p{L})(?:order|bestellung|auftrag|PO)\s(?:(?:no|nr|number|nummer)\.?\s)?#?(?<order>[\p{L}\d]*[-/.]?[\p{L}\d./-]*\d[\p{L}\d/-]*)/iu;

/** The number that a tax office gives is no VAT number. */
const TAX_OFFICE_NUMBER = /^st(euer)?[.-]*\s?n(umme)?r/iu;

/** A document named in a sentence, such as `our invoice R-17 of 5 March 2026`. */
const NUMBER_IN_PROSE =
  /(?<!\p{L})(?:our|unsere|die|the|attached|following)\s(?:invoice|credit note|rechnung|gutschrift)\s(?:(?:no|nr|number|nummer)\.?\s)?#?(?<number>[\p{L}\d./-]*\d[\p{L}\d./-]*)(?:\s(?:of|dated|vom)\s(?<date>.{8,20}))?/iu;

/**
 * Reads printed documents, from a PDF or out of a mail: lines whose columns are at least two blanks apart. Finds tables of
 * goods and of VAT rates, values by their labels, and the parties by their blocks or by where letters have them.
 */
export const printedReader: InvoiceReader = {
  read(text: string): InvoiceFacts | null {
    const printed = printedLines(text);
    const { lines, taxes, used } = readTables(printed);
    const parties = readParties(printed, used);
    const labelled = readLabelled(printed, used);
    const shares = taxes.length > 0 ? taxes : readTaxLines(printed, used).map((share) => withBase(share, labelled));
    const named = [...namedValues(labelled, parties), ...fromProse(printed)];
    const facts = collectFacts(named, {
      kind: headingOf(printed) ?? 'invoice',
      accounts: readAccounts(printed, labelled, parties),
      lines,
      allowances: readAllowances(labelled),
      taxes: shares,
    });
    return facts && completed(facts, { labelled, parties, text });
  },
};

/** The kind in the first short line that names one. */
function headingOf(printed: readonly PrintedLine[]): InvoiceFacts['kind'] | null {
  const cells = printed.flatMap((line) => line.cells).filter((cell) => cell.length <= 2 * HEADING_CHARACTERS);
  const isHeading = (cell: string): boolean =>
    /^\P{L}*(tax |commercial |korrektur)?(invoice|credit|rechnung|gutschrift|storno|bill\b)/iu.test(cell) &&
    partyNamed(cell.replace(/:.*$/u, '')) === undefined;
  return (
    cells
      .filter(isHeading)
      .map(kindOf)
      .find((kind) => kind !== null) ?? null
  );
}

function namedValues(labelled: readonly Labelled[], { partyAt }: Parties): NamedValue[] {
  const lastTotal = plainTotals(labelled).at(-1);
  const subtotalIsOfLines =
    readAllowances(labelled).length > 0 ||
    labelled.some(
      ({ label, value }) => !SUBTOTAL.test(label) && meaningOf(label) === 'net' && amountIn(value) !== null,
    );
  const hasOwnNumber = labelled.some(({ label }) => meaningOf(label) === 'number' && isOfCreditNote(label));
  return labelled.flatMap((pair) => {
    const { label, value, line, cell } = pair;
    const party = partyAt(line, cell);
    const isShare = ['tax', 'net'].includes(meaningOf(label) ?? '') && rateIn(label) !== null;
    const isEarlierTotal = isPlainTotal(pair) && pair !== lastTotal;
    // Beside a number of its own a credit note names that of the invoice it corrects.
    const isOfInvoice = hasOwnNumber && meaningOf(label) === 'number' && !isOfCreditNote(label);
    if (party === 'foreign' || isShare || isEarlierTotal || isOfInvoice || TAX_OFFICE_NUMBER.test(label)) return [];
    const isLineTotal = subtotalIsOfLines && SUBTOTAL.test(label) && meaningOf(label) === 'net';
    const slot = labelSlot(isLineTotal ? 'line total' : label, isOfParty(label) ? party : undefined);
    return readValue(slot, value.trim());
  });
}

function isOfCreditNote(label: string): boolean {
  return tagsOf(label).includes('creditnote');
}

/** Whether a label names what every party has, so that the block around it says whose it is. */
function isOfParty(label: string): boolean {
  const tags = tagsOf(label);
  return tags.length > 0 && tags.every((tag) => ['name', 'number', 'id', 'tax'].includes(tag));
}

function readValue(slot: NamedValue['slot'], value: string): NamedValue[] {
  const meaning = matchSlot(slot, INVOICE_PATTERNS)?.meaning;
  if (meaning === undefined || meaning === 'account' || (NUMBERS.includes(meaning) && !/\d/u.test(value))) return [];
  if (AMOUNTS.includes(meaning)) {
    const amount = amountIn(value) ?? moneyIn(value)[0];
    if (amount !== undefined) return [{ slot, value: meaning === 'prepaid' ? withoutSign(amount) : amount }];
    const date = meaning === 'payable' ? dateIn(value) : null;
    return date === null ? [] : [{ slot: labelSlot('due date'), value: date }];
  }
  return [{ slot, value: DATES.includes(meaning) ? (dateIn(value) ?? value) : value }];
}

function withoutSign(amount: string): string {
  return amount.replace(/^-/u, '');
}

/** What is only said in a sentence: the number with its date, the order, and a date beside a place. */
function fromProse(printed: readonly PrintedLine[]): NamedValue[] {
  const cells = printed.flatMap((line) => line.cells);
  const order = cells.map((cell) => ORDER_IN_PROSE.exec(cell)?.groups?.['order']).find((found) => found !== undefined);
  const dated = cells.find((cell) => /^\p{Lu}[\p{L} -]+,\s(den\s)?(?=.*\d)/u.test(cell) && dateIn(cell) !== null);
  const { number, date } = cells.map((cell) => NUMBER_IN_PROSE.exec(cell)?.groups).find((found) => found) ?? {};
  return [
    ...(number === undefined ? [] : [{ slot: labelSlot('number'), value: number.replace(/[.,-]+$/u, '') }]),
    ...(date === undefined || dateIn(date) === null ? [] : [{ slot: labelSlot('date'), value: dateIn(date) ?? date }]),
    ...(order === undefined ? [] : [{ slot: labelSlot('order'), value: order.replace(/[.,-]+$/u, '') }]),
    ...(dated === undefined ? [] : [{ slot: labelSlot('date'), value: dateIn(dated) ?? dated }]),
  ];
}

/** Rows such as `19 % VAT on 100.00   19.00` among the totals. */
function readTaxLines(printed: readonly PrintedLine[], used: ReadonlySet<number>): TaxShare[] {
  return printed.flatMap(({ cells }, index) => {
    const text = cells.join('  ');
    const rate = rateIn(text);
    const amounts = moneyIn(text);
    const amount = amounts.at(-1);
    if (used.has(index) || rate === null || amount === undefined || amounts.length > 2) return [];
    const tags = tagsOf(
      text
        .replaceAll(/[-+−]?\s?\d[\d.,'’]*/gu, ' ')
        .replaceAll(/\s{2,}/gu, ' ')
        .trim(),
    );
    const isShare = tags.includes('tax') && tags.every((tag) => TAX_WORDS.includes(tag));
    return isShare ? [{ category: null, rate, base: amounts.length === 2 ? (amounts[0] ?? null) : null, amount }] : [];
  });
}

/** A taxable amount may stand in a row of its own, such as `Net 19 %   100.00`. */
function withBase(share: TaxShare, labelled: readonly Labelled[]): TaxShare {
  const row = labelled.find(({ label }) => meaningOf(label) === 'net' && rateIn(label) === share.rate);
  return { ...share, base: share.base ?? amountIn(row?.value ?? '') };
}

const TAX_WORDS: readonly string[] = ['tax', 'rate', 'base', 'net'];

/** Discounts and charges among the totals. */
function readAllowances(labelled: readonly Labelled[]): Allowance[] {
  return labelled.flatMap(({ label, value }) => {
    const tags = tagsOf(label);
    const amount = amountIn(value);
    const kind = tags.includes('allowance') ? 'allowance' : tags.includes('charge') ? 'charge' : undefined;
    if (kind === undefined || amount === null || tags.some((tag) => NEVER_CHARGED.includes(tag))) return [];
    return [{ kind, amount: withoutSign(amount), reason: label }];
  });
}

const NEVER_CHARGED: readonly string[] = ['number', 'date', 'id', 'gross', 'payable', 'due', 'tax'];

/** Adds what no label says: the currency of the amounts, the sender, and totals that other totals make certain. */
function completed(
  facts: InvoiceFacts,
  { labelled, parties, text }: { labelled: readonly Labelled[]; parties: Parties; text: string },
): InvoiceFacts {
  const amounts = facts.taxes.map(({ amount }) => amount).filter((amount) => amount !== null);
  const gross = facts.gross ?? amountIn(plainTotals(labelled).at(-1)?.value ?? '');
  const tax = facts.tax ?? (amounts.length > 0 ? sumOf(amounts) : null);
  const untaxed =
    gross !== null && tax !== null ? sumOf([gross, tax.startsWith('-') ? tax.slice(1) : `-${tax}`]) : null;
  return {
    ...facts,
    currency: facts.currency ?? currencyIn(text),
    sellerName: parties.sellerName ?? facts.sellerName,
    sellerVatId: facts.sellerVatId ?? parties.sellerVatId,
    buyerName: facts.buyerName ?? parties.buyerName,
    gross,
    tax,
    net: facts.net ?? untaxed,
  };
}

/** `Total`, `Rechnungsbetrag`: the last of them is the total with VAT, also where another amount is due. */
function plainTotals(labelled: readonly Labelled[]): Labelled[] {
  return labelled.filter(isPlainTotal);
}

function isPlainTotal({ label, value }: Labelled): boolean {
  const tags = SUBTOTAL.test(label) || amountIn(value) === null ? [] : tagsOf(label);
  return tags.includes('amount') && tags.every((tag) => tag === 'amount' || tag === 'invoice' || tag === 'creditnote');
}
