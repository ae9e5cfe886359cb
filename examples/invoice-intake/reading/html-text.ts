import PostalMime from 'postal-mime';

const COLUMN = '\u2003';

/** The text of an HTML mail; the cells of a table row stay on one line, as a label and its amount do. */
export async function htmlText(html: string): Promise<string> {
  const rows = html
    .replaceAll(/<\/t[dh]\s*>\s*/giu, COLUMN)
    .replaceAll(/<t[rdh]\b[^>]*>\s*/giu, '')
    .replaceAll(/\s*<\/(?:tr|div)\s*>/giu, '<br>');
  // The mail parser turns HTML into text where a mail also has a part of plain text.
  const boundary = 'as-plain-text';
  const part = (type: string, content: string): string =>
    `--${boundary}\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(content).toString('base64')}\r\n`;
  const mixed = `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n${part('text/html', rows)}${part('text/plain', ' ')}--${boundary}--\r\n`;
  const { text = '' } = await PostalMime.parse(mixed);
  const lines = text.replaceAll(COLUMN, '   ').replaceAll('\u00a0', ' ').split('\n');
  return lines
    .map((line) => line.trim())
    .join('\n')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
}
