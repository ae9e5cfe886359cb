import { readWords } from '../../meaning/words.ts';
import { isLabel, meaningOf, tagsOf } from './label.ts';
import type { PrintedLine } from './printed-line.ts';
import { amountIn, dateIn, ibansIn, vatIdIn } from './printed-value.ts';

/** Whom a part of the document is about. */
type Party = 'seller' | 'buyer' | 'foreign';

/** The parties of a document. */
export interface Parties {
  sellerName: string | null;
  /** A VAT number among other registrations, such as in the foot of a letter, that is not called the buyer's. */
  sellerVatId: string | null;
  buyerName: string | null;
  /** Whose block a cell stands in; `undefined` when it stands in none. */
  partyAt: (line: number, cell: number) => Party | undefined;
}

/** A block of lines under the name of a party. */
interface Block {
  party: Party;
  column: number;
  name: string | null;
  cells: Set<string>;
}

const LEGAL_FORM =
  /(?<![\p{L}])(GmbH|mbH|AG|KG|KGaA|OHG|e\.\s?K\.?|UG|SE|GbR|eG|Ltd|Limited|LLP|LLC|Inc|plc|PLC|Corp|S\.?A\.?R\.?L|B\.?V|N\.?V|S\.?p\.?A|S\.?A|A\/S|AB|Oy)(?![\p{L}])/u;
const HEADINGS: readonly [Party, RegExp][] = [
  ['buyer', /^((bill|billed|invoice|invoiced|sold|issued|rechnung|gutschrift|credit) (to|an)|an|to)$/iu],
  ['seller', /^(from|von|absender|sender|issued by|billed by)$/iu],
  ['foreign', /^((ship|deliver|shipped|delivered) to|liefer(anschrift|adresse|ung an)|(delivery|shipping) address)$/iu],
];
/** Between a name and the address in the sender's line of a letter. */
const SENDER_GAP = /\s+[·•|–—-]\s+/u;
const CALLED_VAT = /(?<!\p{L})(?:VAT|U?St\.?-?Id|UID|MwSt|Umsatzsteuer|GST)/iu;
const OF_BUYER = /(?<!\p{L})(?:your|ihre|customer|buyer|kunde)/iu;
const MAX_BLOCK_LINES = 8;
const MAX_NAME_CHARACTERS = 80;
/** A column that begins this far to the right is not the first. */
const RIGHT_INDENT = 20;

/** Finds blocks headed by a party, and the supplier's name by its label, else where letters and bills have it. */
export function readParties(printed: readonly PrintedLine[], used: ReadonlySet<number>): Parties {
  const blocks = readBlocks(printed, used);
  const nameOf = (party: Party): string | null => blocks.find((block) => block.party === party)?.name ?? null;
  const partyByPlace = new Map(
    blocks.toReversed().flatMap(({ party, cells }) => [...cells].map((cell) => [cell, party])),
  );
  const partyAt = (line: number, cell: number): Party | undefined => partyByPlace.get(`${line}.${cell}`);
  const buyerName = nameOf('buyer');
  const sellerName = nameOf('seller') ?? senderOf(printed, { used, partyAt, buyerName });
  return { sellerName, sellerVatId: registrationIn(printed, partyAt), buyerName, partyAt };
}

function readBlocks(printed: readonly PrintedLine[], used: ReadonlySet<number>): Block[] {
  const all: Block[] = [];
  let open: Block[] = [];
  for (const [index, line] of printed.entries()) {
    if (line.cells.length === 0 || used.has(index)) {
      open = [];
      continue;
    }
    const headed = line.cells.flatMap((_, column) => blockHeadedBy(line.cells, column) ?? []);
    const beside = headed.map(({ column }) => column);
    open = [...open.filter(({ column }) => headed.length === 0 && !beside.includes(column)), ...headed];
    all.push(...headed);
    if (headed.length === 0) open = open.filter((block) => takesIn(block, line, index));
  }
  return all;
}

function blockHeadedBy(row: readonly string[], column: number): Block | undefined {
  const [label = '', ...values] = (row[column] ?? '').split(/:\s*/u);
  const party = partyNamed(label);
  if (party === undefined) return undefined;
  const beside = row[column + 1];
  const name = values.join(': ').trim() || (beside === undefined ? null : nameIn(beside));
  return { party, column, name, cells: new Set() };
}

/** The name that a cell of a block holds, with or without a label before it; a label, a number and a date are none. */
function nameIn(cell: string): string | null {
  const [, label, value] = /^([^:]{1,40}):\s*(.*)$/u.exec(cell) ?? [];
  if (label !== undefined && value !== undefined)
    return tagsOf(label).includes('name') && value !== '' ? nameIn(value) : null;
  return isValue(cell) || isLabel(cell) || partyNamed(cell) !== undefined ? null : cell;
}

/** An amount, a date, a registration or a number, none of which anybody is called. */
function isValue(cell: string): boolean {
  const isNumber = !/\p{L}{2}/u.test(cell);
  return isNumber || amountIn(cell) !== null || dateIn(cell) !== null || vatIdIn(cell) !== null;
}

/** Whose block a heading opens; `undefined` when it opens none. */
export function partyNamed(label: string): Party | undefined {
  const heading = HEADINGS.find(([, form]) => form.test(label.trim()))?.[0];
  const { tags, unknown } = readWords(label);
  const named = tags.filter((tag) => tag !== 'name');
  const only = named.length === 1 && !unknown ? named[0] : undefined;
  return heading ?? (only === 'seller' || only === 'buyer' ? only : undefined);
}

/** Takes a line into a block; `false` when the block is over. */
function takesIn(block: Block, { cells, indent }: PrintedLine, line: number): boolean {
  const column = cells.length === 1 && indent < RIGHT_INDENT ? 0 : cells.length === 1 ? block.column : block.column;
  const place = cells.length === 1 ? 0 : column;
  const isElsewhere = cells.length === 1 && indent >= RIGHT_INDENT !== block.column > 0;
  const cell = cells[place];
  if (cell === undefined || isElsewhere) return true;
  if (block.cells.size >= MAX_BLOCK_LINES || endsBlock(cell)) return false;
  block.cells.add(`${line}.${place}`);
  block.name ??= nameIn(cell);
  return true;
}

/** A label ends a block, unless it is of those that parties have. */
function endsBlock(cell: string): boolean {
  const [label = ''] = cell.split(':');
  if (!cell.includes(':') && !isLabel(cell)) return false;
  const tags = tagsOf(label);
  if (tags.includes('name') || tags.includes('foreign')) return false;
  return meaningOf(label) !== 'sellerVatId' && meaningOf(label) !== 'buyerVatId' && !tags.includes('buyer');
}

/** The sender of a letter or bill: a company that is named first, more than once, or beside a VAT number or an account. */
function senderOf(
  printed: readonly PrintedLine[],
  { used, partyAt, buyerName }: { used: ReadonlySet<number>; buyerName: string | null } & Pick<Parties, 'partyAt'>,
): string | null {
  const first = firstName(printed, partyAt);
  const scores = new Map<string, number>(first === null ? [] : [[first, 2]]);
  for (const [index, { cells }] of printed.entries()) {
    for (const [place, cell] of cells.entries()) {
      const name = companyIn(cell);
      if (name === null || name === buyerName || used.has(index) || partyAt(index, place) !== undefined) continue;
      const beside = [printed[index], printed[index + 1], printed[index - 1]].some((line) => hasRegistration(line));
      scores.set(name, (scores.get(name) ?? 0) + 2 + Number(beside));
    }
  }
  return [...scores].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

/** What stands before an address, without a title such as `Invoice from`. */
function senderIn(cell: string): string {
  return (cell.split(SENDER_GAP)[0] ?? '').replace(
    /^(?:invoice|credit note|rechnung|gutschrift) (?:from|by|von)\s+/iu,
    '',
  );
}

function companyIn(cell: string): string | null {
  const name = senderIn(cell).replace(/^[^:]{1,30}:\s*/u, '');
  return LEGAL_FORM.test(name) &&
    name.length <= MAX_NAME_CHARACTERS &&
    !/[!?]|\.$(?<!\p{L}\.\s?\p{L}\.|Inc\.|Ltd\.|Corp\.)/u.test(name)
    ? name
    : null;
}

function registrationIn(printed: readonly PrintedLine[], partyAt: Parties['partyAt']): string | null {
  const parts = printed.flatMap(({ cells }, line) =>
    cells.flatMap((cell, place) =>
      partyAt(line, place) === 'buyer' || OF_BUYER.test(cell) ? [] : cell.split(/[,;·]\s/u),
    ),
  );
  const found = parts.find((part) => CALLED_VAT.test(part) && vatIdIn(part) !== null);
  return found === undefined ? null : vatIdIn(found);
}

function hasRegistration(line: PrintedLine | undefined): boolean {
  const text = line?.cells.join('  ') ?? '';
  return ibansIn(text).length > 0 || (vatIdIn(text) !== null && !OF_BUYER.test(text));
}

/** The first words of the document that are no label, no heading and no value. */
function firstName(printed: readonly PrintedLine[], partyAt: Parties['partyAt']): string | null {
  for (const [index, { cells }] of printed.entries()) {
    const place = cells.findIndex(
      (cell, at) => partyAt(index, at) === undefined && !cell.includes(':') && !isLabel(cell) && isName(cell),
    );
    if (place >= 0) return senderIn(cells[place] ?? '');
  }
  return null;
}

function isName(cell: string): boolean {
  if (companyIn(cell) !== null) return true;
  const isSentence = /[.,!?]$/u.test(cell) || cell.length > MAX_NAME_CHARACTERS;
  return !isSentence && !isValue(cell);
}
