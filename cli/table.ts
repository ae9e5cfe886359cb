import Table from 'cli-table3';
import { printable } from './printable.ts';
import { columns } from './terminal.ts';

const GAP = 2;
const LEAST_WIDTH = 12;
const LINES =
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid middle';
const NO_LINES = Object.fromEntries(LINES.split(' ').map((name) => [name, '']));

/** What a table shows. */
export interface TableContent {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The column that gives way on a narrow terminal; default the last. */
  readonly flexible?: number;
}

/** A table without lines, as wide as the terminal and at most 100 columns; elsewhere nothing is cut. */
export function tableOf({ head, rows, flexible = head.length - 1 }: TableContent): string {
  const shown = rows.map((row) => row.map((cell) => printable(cell)));
  const widths = head.map((title, column) => Math.max(title.length, ...shown.map((row) => row[column]?.length ?? 0)));
  const others = widths.reduce((sum, width, column) => (column === flexible ? sum : sum + width + GAP), 0);
  const room = Math.max(LEAST_WIDTH, (columns() ?? Number.POSITIVE_INFINITY) - others);
  const table = new Table({
    head: [...head],
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
  });
  table.push(...shown.map((row) => row.map((cell, column) => (column === flexible ? printable(cell, room) : cell))));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Names with what they stand for, one a line, values below each other. */
export function pairsOf(pairs: readonly (readonly [string, string | undefined])[]): string {
  const given = pairs.filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(...given.map(([name]) => name.length));
  return given.map(([name, value = '']) => `${name.padEnd(width)}  ${printable(value)}`).join('\n');
}
