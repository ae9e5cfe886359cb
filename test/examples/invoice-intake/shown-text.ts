import PostalMime from 'postal-mime';
import { extractTextItems } from 'unpdf';

/** A piece of text at its place on a page. */
type Item = Awaited<ReturnType<typeof extractTextItems>>['items'][number][number];

// In letter heights: what is further apart than a column gap stands in another column, than a word gap in another word.
const COLUMN_GAP = 0.7;
const WORD_GAP = 0.15;

/** The text of a PDF as a parser shows it: lines from top to bottom, two blanks between columns. */
export async function textOfPdf(bytes: Uint8Array): Promise<string> {
  const { items } = await extractTextItems(new Uint8Array(bytes));
  return items.map((page) => linesOf(page.filter(({ str }) => str.trim() !== '')).join('\n')).join('\n');
}

function linesOf(items: readonly Item[]): string[] {
  const lines = new Map<number, Item[]>();
  for (const item of items) {
    const y = [...lines.keys()].find((known) => Math.abs(known - item.y) < item.fontSize / 2) ?? item.y;
    lines.set(y, [...(lines.get(y) ?? []), item]);
  }
  return [...lines].toSorted(([a], [b]) => b - a).map(([, line]) => joined(line.toSorted((a, b) => a.x - b.x)));
}

function joined(line: readonly Item[]): string {
  let end = line[0]?.x ?? 0;
  return line.reduce((text, { str, x, width, fontSize }) => {
    const gap = (x - end) / fontSize;
    end = x + width;
    return `${text}${gap > COLUMN_GAP ? '  ' : gap > WORD_GAP ? ' ' : ''}${str.trim()}`;
  }, '');
}

/** The text of a mail as a parser shows it: its plain text, else its HTML with two blanks between cells. */
export async function textOfMail(bytes: Uint8Array): Promise<string> {
  const { text, html } = await PostalMime.parse(bytes);
  return text?.trim() ? text : textOfHtml(html ?? '');
}

function textOfHtml(html: string): string {
  const marked = html
    .replaceAll(/<(style|head)\b[\s\S]*?<\/\1>/giu, '')
    .replaceAll(/<\/td>\s*(?=<td)/giu, '  ')
    .replaceAll(/<\/(p|tr|div|table)>|<br\s*\/?>/giu, '\n')
    .replaceAll(/<[^>]*>/gu, '');
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', euro: '€', szlig: 'ß' };
  return marked.replaceAll(/&(\w+);/gu, (whole, name: string) => entities[name] ?? whole);
}
