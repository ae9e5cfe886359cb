import { cut } from '../../domain/cut.ts';
import { JobError } from '../../domain/errors.ts';

/** What a regular expression is made of, as far as it matters for whether it matches. */
export type Pattern =
  | { readonly kind: 'one'; readonly fits: (character: string) => boolean }
  | { readonly kind: 'edge'; readonly edge: 'start' | 'end' | 'boundary' | 'inside' }
  | { readonly kind: 'ahead'; readonly of: Pattern; readonly not: boolean }
  | { readonly kind: 'sequence' | 'either'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly of: Pattern; readonly least: number; readonly most: number };

const ESCAPE =
  /\\(?:[pP]\{[^}]*\}|u\{[0-9a-fA-F]+\}|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[a-zA-Z]|k<[^>]*>|[1-9]\d*|[^])/u;
const CLASS = /\[(?:\\[^]|[^\\\]])*\]/u;
const GROUP = /\((?:\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?/u;
const COUNT = /(?:[*+?]|\{\d+(?:,\d*)?\})\??/u;
const TOKEN = new RegExp([ESCAPE, CLASS, GROUP, COUNT, /[^]/u].map(({ source }) => source).join('|'), 'gu');
const COUNTED = /^(?:([*+?])|\{(\d+)(,)?(\d*)\})/;
const EDGES = { '^': 'start', $: 'end', '\\b': 'boundary', '\\B': 'inside' } as const;
const ESCAPED = /\\[^]/gu;
const NEEDLESS = /^\\[ !"#%&',\-:;<=>@_`~]$/;
const SPECIAL = /^[\\[.]/;
const ASCII = 128;
const MAX_SHOWN = 80;

/**
 * Reads a regular expression of ECMAScript with the flag `u`, as JSON Schema has them. Groups, names and laziness are left out, since
 * they do not change whether it matches.
 * @throws SyntaxError for what is none; JobError `invalid-job` for a part that cannot be tried in steady time: a look-behind, a
 * back-reference, flags within
 */
export function parsePattern(source: string): Pattern {
  void new RegExp(source, 'u');
  const reader = { source, tokens: source.match(TOKEN) ?? [], at: 0 };
  return either(reader);
}

/**
 * A regular expression without escapes that it does not need, such as `\-`: other engines take them, and the flag `u` refuses them. One
 * that has other mistakes, or none, stays as it is.
 */
export function withoutNeedlessEscapes(source: string): string {
  // By number: bare, the character might become syntax.
  const escaped = source.replaceAll(ESCAPED, (all) =>
    NEEDLESS.test(all) ? `\\x${all.charCodeAt(1).toString(16)}` : all,
  );
  return !isPattern(source) && isPattern(escaped) ? escaped : source;
}

function isPattern(source: string): boolean {
  try {
    void new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}

/** Refuses a pattern for a part of it. */
export function refusedPattern(source: string, part: string): JobError {
  const shown = source.length > MAX_SHOWN ? `${cut(source, MAX_SHOWN)}…` : source;
  return new JobError(
    'invalid-job',
    `A JSON Schema has the pattern "${shown}" with ${part}, which may take without end to try; write it without.`,
  );
}

interface Reader {
  readonly source: string;
  readonly tokens: readonly string[];
  at: number;
}

function either(reader: Reader): Pattern {
  const parts = [sequence(reader)];
  while (reader.tokens[reader.at] === '|') {
    reader.at += 1;
    parts.push(sequence(reader));
  }
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'either', parts };
}

function sequence(reader: Reader): Pattern {
  const parts: Pattern[] = [];
  for (;;) {
    const token = reader.tokens[reader.at];
    if (token === undefined || token === '|' || token === ')') return { kind: 'sequence', parts };
    reader.at += 1;
    parts.push(counted(reader, term(reader, token)));
  }
}

function term(reader: Reader, token: string): Pattern {
  if (token in EDGES) return { kind: 'edge', edge: EDGES[token as keyof typeof EDGES] };
  if (token.startsWith('(')) return group(reader, token);
  if (/^\\(?:[1-9]|k<)/.test(token)) throw refusedPattern(reader.source, `the back-reference ${token}`);
  return { kind: 'one', fits: SPECIAL.test(token) ? fitting(token) : (character) => character === token };
}

function group(reader: Reader, token: string): Pattern {
  if (token === '(?<=' || token === '(?<!') throw refusedPattern(reader.source, `the look-behind ${token}…)`);
  if (/^\(\?[a-z-]+:/.test(token)) throw refusedPattern(reader.source, `the flags ${token}…)`);
  const of = either(reader);
  reader.at += 1;
  return token === '(?=' || token === '(?!' ? { kind: 'ahead', of, not: token === '(?!' } : of;
}

function counted(reader: Reader, of: Pattern): Pattern {
  const [matched, sign, least, comma, most] = COUNTED.exec(reader.tokens[reader.at] ?? '') ?? [];
  if (matched === undefined) return of;
  reader.at += 1;
  if (sign !== undefined) return { kind: 'repeat', of, least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Infinity };
  const open = most === '' ? Infinity : Number(most);
  return { kind: 'repeat', of, least: Number(least), most: comma === undefined ? Number(least) : open };
}

// One character is tried by the language's own engine, which cannot take long for it.
function fitting(source: string): (character: string) => boolean {
  const native = new RegExp(`^(?:${source})$`, 'u');
  const known: boolean[] = [];
  return (character) => {
    const code = character.codePointAt(0) ?? ASCII;
    return code < ASCII ? (known[code] ??= native.test(character)) : native.test(character);
  };
}
