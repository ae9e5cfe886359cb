import { NEUTRAL_WORDS, TAGS_BY_WORD, type Tag } from './lexicon.ts';

/** What the words of a name or sentence stand for, in order of mention, and whether a word was not understood. */
export interface Reading {
  tags: readonly Tag[];
  unknown: boolean;
}

/** Letters that join the parts of German compounds, as the first `s` of `Ausstellungsdatum`. */
const LINKS = ['', 's', 'n', 'en', 'e', 'es'];

/** Splits camelCase, snake_case, kebab-case and prose into lower-case words without umlauts; `credit note` stays one. */
export function splitWords(text: string): string[] {
  return text
    .normalize('NFC')
    .replace(/USt/g, 'Ust')
    .replace(/MwSt/g, 'Mwst')
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue')
    .replace(/ß/g, 'ss')
    .replace(/credit[\s_-]*(note|memo)/g, 'creditnote')
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '');
}

/** Reads what a name or sentence is about. Empty text has no tags and is not unknown. */
export function readWords(text: string): Reading {
  const read = splitWords(text).map(tagsOfWord);
  return { tags: [...new Set(read.flatMap((tags) => tags ?? []))], unknown: read.includes(undefined) };
}

function tagsOfWord(word: string): readonly Tag[] | undefined {
  if (NEUTRAL_WORDS.has(word) || /^\d+$/.test(word)) return [];
  return TAGS_BY_WORD.get(word) ?? singular(word) ?? compound(word);
}

function singular(word: string): readonly Tag[] | undefined {
  if (!word.endsWith('s')) return undefined;
  return NEUTRAL_WORDS.has(word.slice(0, -1)) ? [] : TAGS_BY_WORD.get(word.slice(0, -1));
}

/** Takes `ordernumber` or `rechnungsdatum` apart into known words of at least two letters, longest first. */
function compound(word: string): readonly Tag[] | undefined {
  for (let length = word.length - 2; length >= 2; length -= 1) {
    const head = TAGS_BY_WORD.get(word.slice(0, length));
    const tail = head && tagsOfTail(word.slice(length));
    if (head && tail) return [...head, ...tail];
  }
  return undefined;
}

function tagsOfTail(tail: string): readonly Tag[] | undefined {
  for (const link of LINKS) {
    const rest = tail.startsWith(link) ? tail.slice(link.length) : '';
    const tags = rest.length >= 2 ? (TAGS_BY_WORD.get(rest) ?? compound(rest)) : undefined;
    if (tags) return tags;
  }
  return undefined;
}
