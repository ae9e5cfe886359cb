/** A piece of text where it stands on a page; the origin is the lower left corner, units are points. */
export interface PlacedText {
  readonly str: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly fontSize: number;
}

/** How far two pieces of one line may differ in height, as a part of the font size. */
const SAME_LINE = 0.5;
/** From which gap on, as a part of a character's width, two pieces are two words. */
const WORD_GAP = 0.25;
/** From which gap on, in characters, two pieces are two columns: a label and its amount. */
const COLUMN_GAP = 1.8;
const MAX_BLANKS = 80;
/** From which distance on, in font sizes, two lines are two paragraphs. */
const PARAGRAPH = 2;

/** Where the characters of a page stand, in points. */
interface Grid {
  readonly left: number;
  readonly character: number;
}

/** The text of a page as people see it: lines from top to bottom, columns at least two blanks apart. */
export function linesOfPage(items: readonly PlacedText[]): string {
  const written = items.filter(({ str }) => str.trim() !== '');
  const grid = gridOf(written);
  const lines = groupLines(written);
  return lines
    .map((line, index) => {
      const before = lines[index - 1]?.[0];
      const [first] = line;
      const apart =
        before !== undefined && first !== undefined && before.y - first.y > PARAGRAPH * Math.max(first.fontSize, 1);
      return `${apart ? '\n' : ''}${joinLine(line, grid)}`;
    })
    .join('\n');
}

function groupLines(items: readonly PlacedText[]): readonly (readonly PlacedText[])[] {
  const lines: PlacedText[][] = [];
  for (const item of items.toSorted((one, other) => other.y - one.y || one.x - other.x)) {
    const line = lines.at(-1);
    const [head] = line ?? [];
    if (
      line !== undefined &&
      head !== undefined &&
      head.y - item.y <= SAME_LINE * Math.max(head.fontSize, item.fontSize)
    )
      line.push(item);
    else lines.push([item]);
  }
  return lines.map((line) => line.toSorted((one, other) => one.x - other.x));
}

function joinLine(line: readonly PlacedText[], grid: Grid): string {
  let text = '';
  let end: number | undefined;
  for (const item of line) {
    const gap = end === undefined ? 0 : (item.x - end) / characterWidth(item);
    if (gap >= COLUMN_GAP) text = text.padEnd(columnOf(item, grid, text.length + 2));
    else if (gap >= WORD_GAP) text += ' ';
    text += item.str.replaceAll(/[\t\n\r]+/gu, ' ');
    end = item.x + item.width;
  }
  return text.trimEnd();
}

// The same place on the page is the same column of text, as far as the text before leaves room.
function columnOf({ x }: PlacedText, { left, character }: Grid, least: number): number {
  const column = Math.round((x - left) / character);
  return Math.max(least, Math.min(column, least + MAX_BLANKS));
}

function gridOf(items: readonly PlacedText[]): Grid {
  const widths = items.map(characterWidth).toSorted((one, other) => one - other);
  const left = items.reduce((least, { x }) => Math.min(least, x), Number.POSITIVE_INFINITY);
  return { left, character: widths[Math.floor(widths.length / 2)] ?? 1 };
}

function characterWidth({ str, width, fontSize }: PlacedText): number {
  return width > 0 ? width / str.length : Math.max(fontSize, 1) / 2;
}
