import type { Pattern } from './pattern-syntax.ts';
import type { SchemaWork } from './schema-work.ts';

// How many characters the language's own engine takes in the time of a step.
const CHARACTERS_IN_A_STEP = 16;

/**
 * How often the language's own engine looks at a character at most, for a pattern such as `^.{1,4000}$` with one start and one length to
 * choose; `undefined` for any other one, where it may be without end.
 */
export function choicesOf(pattern: Pattern): number | undefined {
  if (pattern.kind !== 'sequence') return undefined;
  const [first, ...others] = pattern.parts;
  if (first?.kind !== 'edge' || first.edge !== 'start' || !others.every(isSingle)) return undefined;
  const behind = others.slice(others.findIndex(isOpen) + 1);
  if (behind.some(isOpen)) return undefined;
  return behind.reduce((sum, part) => sum + (part.kind === 'repeat' ? part.least : 1), 1);
}

function isSingle(part: Pattern): boolean {
  return part.kind === 'one' || part.kind === 'edge' || (part.kind === 'repeat' && part.of.kind === 'one');
}

function isOpen(part: Pattern): boolean {
  return part.kind === 'repeat' && part.least !== part.most;
}

/** A regular expression that the language's own engine tries. */
export class PlainPattern {
  readonly #source: string;
  readonly #native: RegExp;
  readonly #choices: number;
  readonly #work: SchemaWork;

  constructor(source: string, choices: number, work: SchemaWork) {
    this.#source = source;
    this.#native = new RegExp(source, 'u');
    this.#choices = choices;
    this.#work = work;
  }

  /** Whether a part of the text matches. */
  test(text: string): boolean {
    this.#work.spend(Math.ceil((text.length * this.#choices) / CHARACTERS_IN_A_STEP));
    return this.#native.test(text);
  }

  /** By this text two patterns are told apart. */
  toString(): string {
    return this.#source;
  }
}
