import type { TextLine } from '../text/page.ts';

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['€', '&euro;'],
  ['ß', '&szlig;'],
]);

/** Writes lines as HTML: one of one cell is a paragraph, one of several a row of a table. */
export function htmlOf(lines: readonly TextLine[]): string {
  const written = lines.map(({ cells }, index) => {
    if (cells.length === 1) return `<p>${escaped(cells[0]?.text ?? '')}</p>`;
    const row = cells.map(({ text, align }) => `<td${align ? ` align="${align}"` : ''}>${escaped(text)}</td>`).join('');
    const opens = isRow(lines[index - 1]) ? '' : '<table>\n';
    const closes = isRow(lines[index + 1]) ? '' : '\n</table>';
    return `${opens}<tr>${row}</tr>${closes}`;
  });
  return `<!DOCTYPE html>\n<html><head><style>td { padding: 2px }</style></head><body>\n${written.join('\n')}\n</body></html>`;
}

function isRow(line: TextLine | undefined): boolean {
  return (line?.cells.length ?? 0) > 1;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>€ß]/gu, (character) => ESCAPES.get(character) ?? character);
}
