/** Part of a picture: an element with its attributes and what is in it. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: string | readonly string[] = '',
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const inside = typeof content === 'string' ? escaped(content) : content.join('');
  return `<${name}${written.join('')}>${inside}</${name}>`;
}

/** A whole picture on whatever background: its lines and texts change with the reader's light or dark scheme. */
export function picture(size: { width: number; height: number }, title: string, parts: readonly string[]): string {
  const { width, height } = size;
  const opening = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`;
  const heading = element('text', { x: 16, y: 28, class: 'title' }, title);
  return `${opening}\n${[element('title', {}, title), `<style>${STYLE}</style>`, heading, ...parts].join('\n')}\n</svg>\n`;
}

/** The class of the nth series, which gives it its colour. */
export function seriesClass(index: number): string {
  return `s${index % COLOURS.length}`;
}

// Each is told from the others by those who do not tell red from green, and stands out from white and from black.
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7'];
const STYLE = [
  'text{font:13px system-ui,sans-serif;fill:#374151}',
  '.title{font-size:16px;font-weight:600}',
  '.axis{stroke:#6b7280;stroke-width:1;fill:none}',
  '.grid{stroke:#9ca3af;stroke-width:1;stroke-opacity:.35}',
  ...COLOURS.map((colour, index) => `.s${index}{fill:${colour}}.l${index}{stroke:${colour};stroke-width:2;fill:none}`),
  '@media (prefers-color-scheme:dark){text{fill:#d1d5db}}',
].join('');

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
