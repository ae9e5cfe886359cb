import { matchSlot } from '../../meaning/meaning.ts';
import { LINE_PATTERNS, TAX_PATTERNS, type Pattern } from '../../meaning/patterns.ts';
import { EMPTY_LINE, EMPTY_TAX, type InvoiceLine, type TaxShare } from '../invoice-facts.ts';
import { isLabel, labelSlot, meaningOf, tagsOf } from './label.ts';
import type { PrintedLine } from './printed-line.ts';
import { amountIn, rateIn } from './printed-value.ts';

/** The tables of a document, and the places of the lines they take up. */
export interface Tables {
  lines: readonly InvoiceLine[];
  taxes: readonly TaxShare[];
  used: ReadonlySet<number>;
}

/** Lines without a row before a table counts as over, such as a description that goes on and the foot of a page. */
const MAX_STRANGE_LINES = 6;

/** Finds the table of goods and the table of VAT rates by their headings, wherever they stand. */
export function readTables(printed: readonly PrintedLine[]): Tables {
  const lines: InvoiceLine[] = [];
  const taxes: TaxShare[] = [];
  const used = new Set<number>();
  for (const [index, { cells }] of printed.entries()) {
    if (used.has(index)) continue;
    const goods = lines.length === 0 ? columnsOf(cells, LINE_PATTERNS) : undefined;
    const rates = columnsOf(cells, TAX_PATTERNS);
    if (goods?.includes('net') && isTableOfGoods(goods)) {
      lines.push(
        ...readRows(printed, {
          index,
          used,
          read: (row) => readGoods(row, goods),
          isOver: (cells) => isTotal(cells) || isTableOfRates(columnsOf(cells, TAX_PATTERNS)),
        }),
      );
    } else if (rates !== undefined && isTableOfRates(rates)) {
      taxes.push(
        ...readRows(printed, { index, used, read: (row) => readRate(row, rates), isOver: ({ length }) => length > 0 }),
      );
    }
  }
  return { lines, taxes, used };
}

/** What each heading of a table means, `undefined` for one that means nothing here; `undefined` when it is no heading. */
function columnsOf<M extends string>(
  cells: readonly string[],
  patterns: readonly Pattern<M>[],
): (M | undefined)[] | undefined {
  if (cells.length < 2 || cells.some((cell) => amountIn(cell) !== null || cell.endsWith(':'))) return undefined;
  const meanings = cells.map((cell) => matchSlot(labelSlot(cell), patterns)?.meaning);
  const strange = meanings.filter((meaning) => meaning === undefined).length;
  return strange <= 1 && cells.every((cell) => isLabel(cell) || strange > 0) ? meanings : undefined;
}

function isTableOfGoods(columns: readonly (string | undefined)[]): boolean {
  return ['description', 'quantity', 'price'].some((meaning) => columns.includes(meaning));
}

function isTableOfRates(columns: readonly (string | undefined)[] = []): boolean {
  return columns.includes('amount') && (columns.includes('rate') || columns.includes('base'));
}

/** Reads rows below a heading until the table is over. */
function readRows<Row>(
  printed: readonly PrintedLine[],
  table: {
    index: number;
    used: Set<number>;
    read: (cells: readonly string[]) => Row | undefined;
    isOver: (cells: readonly string[]) => boolean;
  },
): Row[] {
  const rows: Row[] = [];
  table.used.add(table.index);
  let strange = 0;
  for (let place = table.index + 1; place < printed.length && strange < MAX_STRANGE_LINES; place += 1) {
    const cells = printed[place]?.cells ?? [];
    const row = table.read(cells);
    if (row === undefined && table.isOver(cells)) break;
    strange = row === undefined ? strange + Number(cells.length > 0) : 0;
    if (row !== undefined) {
      rows.push(row);
      table.used.add(place);
    }
  }
  return rows;
}

/** A row has a cell for each column, but for one that may be empty; only in a narrow table it is as short as a total. */
function readGoods(
  cells: readonly string[],
  columns: readonly (keyof InvoiceLine | undefined)[],
): InvoiceLine | undefined {
  const { length } = columns;
  if (cells.length > length || cells.length < Math.min(length, Math.max(length - 1, 3)) || isTotal(cells))
    return undefined;
  const missing = length - cells.length;
  const line = { ...EMPTY_LINE };
  for (const [place, meaning] of columns.entries()) {
    // What is left out is most often right of the description, such as a unit.
    const cell = cells[place < length - cells.length + 1 ? place : place - missing];
    if (meaning === undefined || cell === undefined) continue;
    line[meaning] = NUMBERS.includes(meaning) ? (rateIn(cell) ?? amountIn(cell)) : cell;
  }
  return line.net === null || isLabelledTotal(line.description) ? undefined : line;
}

const NUMBERS: readonly (keyof InvoiceLine)[] = ['quantity', 'price', 'net', 'taxRate'];

function isLabelledTotal(description: string | null): boolean {
  return description !== null && meaningOf(description) === 'net';
}

function readRate(cells: readonly string[], columns: readonly (keyof TaxShare | undefined)[]): TaxShare | undefined {
  const rate = rateIn(cells.join('  ')) ?? (columns[0] === 'rate' ? amountIn(cells[0] ?? '') : null);
  if (rate === null) return undefined;
  const amounts = cells.filter((cell) => rateIn(cell) === null).map(amountIn);
  const share = { ...EMPTY_TAX, rate };
  if (cells.length === columns.length) {
    for (const [place, meaning] of columns.entries())
      if (meaning === 'base' || meaning === 'amount') share[meaning] = amountIn(cells[place] ?? '');
    return share.amount === null ? undefined : share;
  }
  const [base, amount] = amounts.filter((value) => value !== null).slice(-2);
  return amount === undefined ? undefined : { ...share, base: base ?? null, amount };
}

/** Whether a line begins the totals: few words that name a total, a tax, a discount or a charge, then an amount. */
function isTotal(cells: readonly string[]): boolean {
  const [label = '', ...values] = cells;
  if (values.length === 0 || values.length > 2 || amountIn(cells.at(-1) ?? '') === null) return false;
  const tags = tagsOf(label);
  if (values.length === 2 && !tags.includes('tax')) return false;
  return ['net', 'gross', 'payable', 'tax', 'amount', 'allowance', 'charge'].some((tag) =>
    tags.some((own) => own === tag),
  );
}
