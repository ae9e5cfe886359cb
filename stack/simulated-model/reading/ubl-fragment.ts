/** An invoice or credit note cut out of a text, with its root's local name. */
export interface UblFragment {
  root: 'Invoice' | 'CreditNote';
  xml: string;
}

const NAMESPACE = 'urn:oasis:names:specification:ubl:schema:xsd:';

/**
 * Comments and CDATA first, so that a tag written inside them opens and closes nothing. Every alternative ends at the next
 * `<` or swallows the rest, so that no text, however hostile, takes more than one pass.
 */
const TOKENS =
  /<!--(?:[\s\S]*?-->|[\s\S]*$)|<!\[CDATA\[(?:[\s\S]*?\]\]>|[\s\S]*$)|<(?<close>\/?)(?<name>(?:[\w.-]+:)?(?<local>Invoice|CreditNote))(?:\s(?:"[^"<]*"|'[^'<]*'|[^"'<>])*)?>/g;

/**
 * Cuts the first UBL 2 invoice or credit note out of a text, under any prefix or none. The namespace has to be declared
 * on the element or before it, as by an envelope. `null` when there is none or it does not end.
 */
export function findUblFragment(text: string): UblFragment | null {
  let start: RegExpExecArray | null = null;
  for (const token of text.matchAll(TOKENS)) {
    const { name, local, close } = token.groups ?? {};
    if (start === null && close === '' && declaresNamespace(text, token)) start = token;
    if (start !== null && close === '/' && name === start.groups?.['name']) {
      return {
        root: local === 'CreditNote' ? 'CreditNote' : 'Invoice',
        xml: text.slice(start.index, token.index + token[0].length),
      };
    }
  }
  return null;
}

function declaresNamespace(text: string, token: RegExpExecArray): boolean {
  return text.slice(0, token.index + token[0].length).includes(`${NAMESPACE}${token.groups?.['local']}-2`);
}
