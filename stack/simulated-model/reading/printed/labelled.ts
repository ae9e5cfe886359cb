import type { InvoiceMeaning } from '../../meaning/patterns.ts';
import { readWords } from '../../meaning/words.ts';
import { isLabel, meaningOf } from './label.ts';
import { partyNamed } from './parties.ts';
import type { PrintedLine } from './printed-line.ts';
import { amountIn, vatIdIn } from './printed-value.ts';

/** A label with the value that stands beside it or below it. */
export interface Labelled {
  label: string;
  value: string;
  /** Where the label stands. */
  line: number;
  cell: number;
}

/** A label, a colon and a value in one cell. */
const WITH_COLON = /^[*#-]*\s*(?<label>\p{L}[^:]{0,39}?)\s*:\s*(?<value>\S.*)$/u;

/** Between a value and the next label in the same cell. */
const NEXT_PAIR = /\s?[/,;·]\s+(?=\p{L}[^:/,;·]{0,39}:\s)/u;

/** Where the value of a subject line ends and its date begins. */
const DATED = /\s(?:dated|vom|of|from|am)\s(?=.*\d)/iu;

/** The values of a document with their labels, in order: beside a label, after a colon, or in the row below a row of labels. */
export function readLabelled(printed: readonly PrintedLine[], used: ReadonlySet<number>): Labelled[] {
  const found: Labelled[] = [];
  for (let line = 0; line < printed.length; line += 1) {
    const cells = used.has(line) ? [] : (printed[line]?.cells ?? []);
    const below = printed[line + 1]?.cells ?? [];
    if (isRowOfLabels(cells, below)) {
      found.push(...cells.map((label, cell) => ({ label, value: below[cell] ?? '', line, cell })));
      line += 1;
    } else {
      found.push(...pairsIn(cells).map((pair) => ({ ...pair, line })));
    }
  }
  return found;
}

function isRowOfLabels(cells: readonly string[], below: readonly string[]): boolean {
  const isOverValues = cells.length >= 2 && cells.length === below.length && below.some((cell) => /\d/u.test(cell));
  const areWords = cells.every((cell) => !/\d/u.test(cell) && !cell.endsWith(':') && partyNamed(cell) === undefined);
  return isOverValues && areWords && cells.filter((cell) => meaningOf(cell) !== undefined).length >= 2;
}

function pairsIn(cells: readonly string[]): Omit<Labelled, 'line'>[] {
  const pairs: Omit<Labelled, 'line'>[] = [];
  for (let cell = 0; cell < cells.length; cell += 1) {
    const text = cells[cell] ?? '';
    const next = cells[cell + 1];
    const { label, value } = WITH_COLON.exec(text)?.groups ?? {};
    if (label !== undefined && value !== undefined) pairs.push(...pairsAfterColon({ label, value, cell }));
    else if (next !== undefined && standsBefore(text, cells.slice(cell + 1))) {
      pairs.push({ label: text, value: next, cell });
      cell += 1;
    } else pairs.push(...inlinePair(text, cell));
  }
  return pairs;
}

/** A label with its value, and the pairs that stand behind them: `No.: R-17 / Date: 2026-03-14`. */
function pairsAfterColon({ label, value, cell }: Omit<Labelled, 'line'>): Omit<Labelled, 'line'>[] {
  const [own = '', ...others] = value.split(NEXT_PAIR);
  const further = others.map((text) => WITH_COLON.exec(text)?.groups ?? {});
  if (further.some((pair) => meaningOf(pair['label'] ?? '') === undefined)) return cut({ label, value, cell });
  return [
    ...cut({ label, value: own.trim(), cell }),
    ...further.flatMap((pair) => cut({ label: pair['label'] ?? '', value: pair['value'] ?? '', cell })),
  ];
}

/** Whether a cell names what the next one holds. An amount after a label is its value only when it ends the line. */
function standsBefore(text: string, [next = '', ...after]: readonly string[]): boolean {
  if (isLabel(next) || WITH_COLON.test(next)) return false;
  const isRow = amountIn(next) !== null && after.some((cell) => amountIn(cell) !== null);
  return (
    text.endsWith(':') ||
    (isLabel(text) && meaningOf(text) !== undefined && !isRow) ||
    (amountIn(next) !== null && after.length === 0)
  );
}

/** Words that name something and a value with a digit right after them: `Rechnung Nr. R-17 vom 3.2.2026`, `VAT ID DE1`. */
function inlinePair(text: string, cell: number): Omit<Labelled, 'line'>[] {
  const tokens = text.split(' ');
  const digit = tokens.findIndex((token) => /\d/u.test(token));
  const known = (count: number): boolean => !readWords(tokens.slice(0, count).join(' ')).unknown;
  // `Credit` alone is no known word, `credit note` is: the longest run of words counts.
  const start =
    Array.from({ length: Math.max(digit, 0) + 1 }, (_, index) => Math.max(digit, 0) - index).find(known) ?? 0;
  const words = tokens.slice(0, start).join(' ');
  const label = meaningOf(words) === 'isCreditNote' ? `${words} number` : words;
  const value = tokens.slice(start).join(' ');
  const meaning = start > 0 ? meaningOf(label) : undefined;
  if (meaning === undefined || !/\d/u.test(value) || !isFitting(meaning, value)) return [];
  return cut({ label, value, cell });
}

/** Without anything between label and value, a value has to look like one. */
function isFitting(meaning: InvoiceMeaning, value: string): boolean {
  if (meaning === 'sellerVatId' || meaning === 'buyerVatId') return vatIdIn(value) !== null;
  if (meaning === 'number' || meaning === 'orderReference' || meaning === 'precedingInvoice')
    return value.split(DATED)[0]?.split(' ').length === 1 || DATED.test(value);
  return true;
}

/** Takes the date off a value that has one behind it. */
function cut(pair: Omit<Labelled, 'line'>): Omit<Labelled, 'line'>[] {
  const [value = '', date] = pair.value.split(DATED, 2);
  if (date === undefined || meaningOf(pair.label) !== 'number')
    return date === undefined ? [pair] : [{ ...pair, value }];
  return [
    { ...pair, value },
    { ...pair, label: 'Invoice date', value: date },
  ];
}
