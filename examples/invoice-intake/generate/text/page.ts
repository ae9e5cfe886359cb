/** A text at a place of a line; a right-aligned one ends at `x`. In points from the left edge. */
export interface Cell {
  readonly x: number;
  readonly text: string;
  readonly align?: 'right';
}

/** A line of text at a place of a page. */
export interface TextLine {
  /** Counted from 0. */
  readonly page: number;
  /** Points from the upper edge to the top of the letters. */
  readonly y: number;
  /** Height of the letters in points. */
  readonly size: number;
  readonly cells: readonly Cell[];
}

/** Lines laid out from top to bottom, on as many pages as they need. */
export interface Pages {
  readonly lines: readonly TextLine[];
  /** Adds a line below the last one; one without cells only leaves space. */
  add(cells: readonly Cell[], look?: { size?: number }): void;
}

/** Left and right edge of what is printed on a page of A4, in points. */
export const LEFT = 56;
/** Right edge of what is printed on a page of A4, in points. */
export const RIGHT = 540;
const TOP = 56;
const BOTTOM = 770;
const USUAL_SIZE = 9;
const SPACING = 1.5;
// Width of one character when a page is written as plain text.
const POINTS_PER_COLUMN = 5.2;

/** Starts with an empty page. */
export function emptyPages(): Pages {
  const lines: TextLine[] = [];
  let [page, y] = [0, TOP];
  return {
    lines,
    add(cells, { size = USUAL_SIZE } = {}) {
      if (y + size > BOTTOM) [page, y] = [page + 1, TOP];
      if (cells.length > 0) lines.push({ page, y, size, cells });
      y += size * SPACING;
    },
  };
}

/** Writes lines as plain text of one width, at least two blanks between cells and an empty line where space is left. */
export function plainText(lines: readonly TextLine[]): string {
  const written = lines.flatMap((line, index) => {
    const before = lines[index - 1];
    const isApart = before !== undefined && line.y - before.y > before.size * SPACING + 1;
    return isApart ? ['', plainLine(line)] : [plainLine(line)];
  });
  return `${written.join('\n')}\n`;
}

function plainLine({ cells }: TextLine): string {
  return cells.reduce((written, { x, text, align }) => {
    const column = Math.round((x - LEFT) / POINTS_PER_COLUMN) - (align === 'right' ? text.length : 0);
    return written + ' '.repeat(Math.max(column - written.length, written === '' ? 0 : 2)) + text;
  }, '');
}
