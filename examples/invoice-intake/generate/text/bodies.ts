import type { Desk } from './heads.ts';
import { LEFT, RIGHT, type Cell } from './page.ts';
import type { SheetLine } from './sheet.ts';
import { grouped, money, printedAccount, printedDate, type Style } from './style.ts';

type Column = keyof Desk['words']['columns'];

const TABLES: Readonly<Record<Style['table'], readonly Column[]>> = {
  full: ['position', 'goods', 'quantity', 'unit', 'price', 'net'],
  short: ['position', 'goods', 'net'],
  rates: ['goods', 'quantity', 'price', 'rate', 'net'],
};
/** Where a column starts, or ends when it is right-aligned. */
const PLACES: Readonly<Record<Column, Cell>> = {
  position: { x: LEFT, text: '' },
  goods: { x: 90, text: '' },
  quantity: { x: 295, text: '', align: 'right' },
  unit: { x: 310, text: '' },
  price: { x: 405, text: '', align: 'right' },
  rate: { x: 445, text: '', align: 'right' },
  net: { x: RIGHT, text: '', align: 'right' },
};
const LABELS = 330;
const VAT_COLUMNS = [LEFT, 220, 330] as const;
const LEADER_COLUMNS = 46;

/** Writes the table of goods. */
export function writeTable({ sheet, style, words, pages }: Desk): void {
  const columns = TABLES[style.table];
  const heading = (column: Column): string =>
    column === 'net' && style.currency === 'stated-once' ? `${words.columns.net} (EUR)` : words.columns[column];
  pages.add(columns.map((column) => ({ ...PLACES[column], text: heading(column) })));
  for (const [index, line] of sheet.lines.entries()) {
    const texts = cellsOf(line, index, style);
    pages.add(columns.map((column) => ({ ...PLACES[column], text: texts[column] })));
  }
  pages.add([]);
}

/** Whether the positions of the lines are printed. */
export function hasPositions({ table }: Style): boolean {
  return TABLES[table].includes('position');
}

function cellsOf(line: SheetLine, index: number, style: Style): Readonly<Record<Column, string>> {
  return {
    position: String(index + 1),
    goods: line.name,
    quantity: line.quantity,
    unit: line.unit,
    price: grouped(line.price, style),
    rate: `${line.rate} %`,
    net: money(line.net, style),
  };
}

/** Whether the sum of the lines is printed: where something is added to it, and else as the style has it. */
export function hasLineTotal({ sheet, style }: Desk): boolean {
  return style.alwaysLineTotal || sheet.allowances.length > 0;
}

/** Writes the totals, with the VAT breakdown among them or as a table of its own. */
export function writeTotals(desk: Desk): void {
  const { sheet, style, words, random, pages } = desk;
  const { totals, allowances, vat } = sheet;
  if (style.vat === 'table') writeVatTable(desk);
  const row = (label: string, amount: string): void => pages.add(totalCells(label, money(amount, style), style));
  if (hasLineTotal(desk)) row(random.pick(words.lineTotal), totals.lines);
  for (const { kind, amount } of allowances) {
    const sign = kind === 'allowance' && random.oneIn(2) ? '-' : '';
    row(random.pick(words[kind]), `${sign}${amount}`);
  }
  row(random.pick(words.net), totals.net);
  if (style.vat !== 'table')
    for (const { rate, taxable, tax } of vat)
      row(words.vatRow(rate, style.vat === 'rows' ? money(taxable, style) : null), tax);
  if (style.vat === 'table' || vat.length > 1) row(random.pick(words.tax), totals.tax);
  row(random.pick(words.gross), totals.gross);
  if (totals.prepaid !== null) row(random.pick(words.prepaid), `${random.oneIn(2) ? '-' : ''}${totals.prepaid}`);
  if (totals.prepaid !== null || random.oneIn(2)) row(random.pick(words.payable), totals.payable);
  pages.add([]);
}

function totalCells(label: string, amount: string, { leaders }: Style): Cell[] {
  if (!leaders)
    return [
      { x: LABELS, text: label, align: 'right' },
      { x: RIGHT, text: amount, align: 'right' },
    ];
  return [{ x: LEFT, text: `${label} ${'.'.repeat(Math.max(3, LEADER_COLUMNS - label.length))} ${amount}` }];
}

function writeVatTable({ sheet, style, words, pages }: Desk): void {
  const place = (texts: readonly string[]): Cell[] =>
    texts.map((text, index) => ({ x: VAT_COLUMNS[index] ?? LEFT, text, ...(index > 0 && { align: 'right' }) }));
  pages.add(place(words.vatColumns));
  for (const { rate, taxable, tax } of sheet.vat)
    pages.add(place([`${rate} %`, money(taxable, style), money(tax, style)]));
  pages.add([]);
}

/** Writes where to pay, the supplier's registration where the head lacks it, and remarks. */
export function writeFoot({ sheet, style, words, random, pages }: Desk): void {
  if (style.currency === 'stated-once') pages.add([{ x: LEFT, text: words.allAmountsIn }]);
  pages.add([{ x: LEFT, text: words.thanks }]);
  if (style.injection) pages.add([{ x: LEFT, text: words.injection }]);
  if (style.head === 'letter')
    pages.add([{ x: LEFT, text: `${random.pick(words.due)}: ${printedDate(sheet.dueDate, style)}` }]);
  pages.add([]);
  for (const account of sheet.accounts)
    pages.add([
      { x: LEFT, text: `${random.pick(['IBAN:', 'IBAN', `${words.bank}: IBAN`])} ${printedAccount(account, style)}` },
    ]);
  const { vatId, name } = sheet.supplier;
  if (vatId === null || style.head === 'pairs' || style.head === 'stacked') return;
  pages.add([
    { x: LEFT, text: name },
    { x: 230, text: 'HRB 104711' },
    { x: 360, text: `${random.pick(words.vatId)} ${vatId}` },
  ]);
}
