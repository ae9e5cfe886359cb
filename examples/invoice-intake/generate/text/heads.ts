import type { Random } from '../random.ts';
import { LEFT, RIGHT, type Pages } from './page.ts';
import type { Party } from './parties.ts';
import type { Sheet } from './sheet.ts';
import { printedDate, type Style } from './style.ts';
import type { Wording } from './wording.ts';

/** Everything that a part of a document is written from. */
export interface Desk {
  readonly sheet: Sheet;
  readonly style: Style;
  readonly words: Wording;
  readonly random: Random;
  readonly pages: Pages;
}

type Labelled = readonly [label: string, value: string];

const MIDDLE = 310;
const VALUES = 430;
const TITLE_SIZE = 14;
const SMALL = 7;
const STACKED_WIDTH = 120;
const HEADS: Readonly<Record<Style['head'], (desk: Desk) => void>> = {
  pairs: writePairs,
  columns: writeColumns,
  stacked: writeStacked,
  letter: writeLetter,
};

/** Writes who sends the document to whom, its number, its dates and what it refers to. */
export function writeHead(desk: Desk): void {
  HEADS[desk.style.head](desk);
  desk.pages.add([]);
}

// Label and value, one pair per line, below the letterhead.
function writePairs(desk: Desk): void {
  const { sheet, words, random, pages } = desk;
  writeLetterhead(desk);
  if (sheet.supplier.vatId !== null)
    pages.add([{ x: LEFT, text: `${random.pick(words.vatId)}: ${sheet.supplier.vatId}` }]);
  pages.add([]);
  pages.add([{ x: LEFT, text: `${random.pick(words.buyer)}:` }]);
  for (const text of addressOf(sheet.buyer)) pages.add([{ x: LEFT, text }]);
  pages.add([]);
  pages.add([{ x: LEFT, text: random.pick(words.titles[sheet.kind]) }], { size: TITLE_SIZE });
  for (const [label, value] of [...identityOf(desk), ...referencesOf(desk)])
    pages.add([{ x: LEFT, text: `${label}: ${value}` }]);
}

// The buyer's address on the left, label and value on the right.
function writeColumns(desk: Desk): void {
  const { sheet, words, random, pages } = desk;
  writeLetterhead(desk);
  pages.add([{ x: LEFT, text: random.pick(words.titles[sheet.kind]) }], { size: TITLE_SIZE });
  const left = [random.pick(words.buyer), ...addressOf(sheet.buyer)];
  const right = [...identityOf(desk), ...referencesOf(desk)];
  const colon = random.oneIn(2) ? ':' : '';
  for (let row = 0; row < Math.max(left.length, right.length); row += 1) {
    const [label, value] = right[row] ?? [];
    const text = left[row];
    pages.add([
      ...(text === undefined ? [] : [{ x: LEFT, text }]),
      ...(label === undefined ? [] : [{ x: MIDDLE, text: `${label}${colon}` }]),
      ...(value === undefined ? [] : [{ x: VALUES, text: value }]),
    ]);
  }
}

// Both parties side by side, then a row of labels over a row of values.
function writeStacked(desk: Desk): void {
  const { sheet, words, random, pages } = desk;
  pages.add([{ x: LEFT, text: random.pick(words.titles[sheet.kind]) }], { size: TITLE_SIZE });
  const label = random.pick(words.vatId);
  const vatLine = ({ vatId }: Party): string[] => (vatId === null ? [] : [`${label}: ${vatId}`]);
  const phone = `${words.phone}: ${sheet.supplier.phone}`;
  const left = [random.pick(words.seller), ...addressOf(sheet.supplier), ...vatLine(sheet.supplier), phone];
  const right = [random.pick(words.buyer), ...addressOf(sheet.buyer), ...vatLine(sheet.buyer)];
  for (const [row, text] of left.entries()) {
    const beside = right[row];
    pages.add([{ x: LEFT, text }, ...(beside === undefined ? [] : [{ x: MIDDLE, text: beside }])]);
  }
  pages.add([]);
  writeStack(identityOf(desk), pages);
  const references = referencesOf(desk).filter(([, value]) => value !== sheet.buyer.vatId);
  if (references.length > 1) pages.add([]);
  if (references.length > 1) writeStack(references, pages);
  for (const [name, value] of references.length === 1 ? references : [])
    pages.add([{ x: LEFT, text: `${name}: ${value}` }]);
}

function writeStack(labelled: readonly Labelled[], pages: Pages): void {
  for (const part of [0, 1] as const)
    pages.add(labelled.map((pair, index) => ({ x: LEFT + index * STACKED_WIDTH, text: pair[part] })));
}

// A letter: sender in one small line, the buyer's address without a label, number and date in the subject line.
function writeLetter(desk: Desk): void {
  const { sheet, style, words, random, pages } = desk;
  const { supplier, buyer, order } = sheet;
  const date = printedDate(sheet.issueDate, style);
  pages.add([{ x: LEFT, text: `${supplier.name} · ${supplier.street} · ${supplier.city}` }], { size: SMALL });
  for (const text of addressOf(buyer)) pages.add([{ x: LEFT, text }]);
  pages.add([{ x: RIGHT, text: `${supplier.city.replace(/^\d+ /u, '')}, ${date}`, align: 'right' }]);
  pages.add([]);
  const title = words.title(random.pick(words.titles[sheet.kind]), sheet.number, date);
  pages.add([{ x: LEFT, text: title }], { size: TITLE_SIZE });
  for (const [label, value] of referencesOf(desk).filter((pair) => pair[1] !== order))
    pages.add([{ x: LEFT, text: `${label}: ${value}` }]);
  pages.add([]);
  pages.add([{ x: LEFT, text: words.greeting }]);
  if (order !== null) pages.add([{ x: LEFT, text: words.byOrder(order) }]);
}

function writeLetterhead({ sheet: { supplier }, words, pages }: Desk): void {
  pages.add([{ x: LEFT, text: supplier.name }], { size: TITLE_SIZE });
  pages.add([{ x: LEFT, text: `${supplier.street}, ${supplier.city}` }]);
  pages.add([{ x: LEFT, text: `${words.phone}: ${supplier.phone}` }]);
}

function addressOf({ name, street, city }: Party): string[] {
  return [name, street, city];
}

function identityOf({ sheet, style, words, random }: Desk): Labelled[] {
  return [
    [random.pick(words.number[sheet.kind]), sheet.number],
    [random.pick(words.date), printedDate(sheet.issueDate, style)],
    [random.pick(words.due), printedDate(sheet.dueDate, style)],
  ];
}

function referencesOf({ sheet, style, words, random }: Desk): Labelled[] {
  const { order, preceding, buyer } = sheet;
  const statesCurrency = style.currency === 'stated-once' && random.oneIn(2);
  return [
    ...(order === null ? [] : [[random.pick(words.order), order] as const]),
    ...(preceding === null ? [] : [[random.pick(words.preceding), preceding] as const]),
    [random.pick(words.customer), String(random.whole(10_000, 99_999))],
    ...(buyer.vatId === null ? [] : [[random.pick(words.buyerVatId), buyer.vatId] as const]),
    ...(statesCurrency ? [[random.pick(words.currency), 'EUR'] as const] : []),
  ];
}
