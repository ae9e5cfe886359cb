import type { Tag } from './lexicon.ts';
import type { Pattern } from './patterns.ts';
import { readWords } from './words.ts';

/** A place that asks for a value: a schema property, a JSON key or a printed label. */
export interface Slot {
  name: string;
  description: string;
  /** What the surroundings are about: the tool, or the objects around a nested property. */
  context: readonly Tag[];
}

/** Where the parts of a slot's meaning come from, and how sure they are. */
interface Sight {
  own: readonly Tag[];
  unknown: boolean;
  described: readonly Tag[];
  context: readonly Tag[];
}

/** Parties and things with numbers, names and dates of their own, which an invoice's must not be taken for. */
const SUBJECTS: readonly Tag[] = ['seller', 'buyer', 'order', 'foreign'];

/** Meanings that fit beside any subject but the buyer, such as the currency of an order. */
const UNBOUND: readonly string[] = ['currency', 'account', 'sellerVatId'];

/**
 * Finds what a slot asks for: the pattern with the most tags that holds all tags of the slot's name and none that
 * name, surroundings and description leave unsaid. The description only helps a name along; it decides alone when the
 * name says nothing (`query`, `value`). `undefined` when nothing fits, as for `phoneNumber`.
 */
export function matchSlot<M extends string>(slot: Slot, patterns: readonly Pattern<M>[]): Pattern<M> | undefined {
  const { tags: own, unknown } = readWords(slot.name);
  const sight = { own, unknown, described: readWords(firstClause(slot.description)).tags, context: slot.context };
  const whole = { ...sight, described: readWords(slot.description).tags };
  return best(sight, patterns) ?? (own.length === 0 ? best(whole, patterns) : undefined);
}

/** The parties and things that a list of tags is about, in order of mention. */
export function subjectsOf(tags: readonly Tag[]): Tag[] {
  return tags.filter((tag) => SUBJECTS.includes(tag));
}

/** The part of a description that says what the value is, before it comes to alternatives and conditions. */
export function firstClause(description: string): string {
  return description.split(/[.;:(]|\b(?:or|if|when|unless|not|at|per|oder|wenn|falls|nicht|je)\b/i, 1)[0] ?? '';
}

function best<M extends string>(sight: Sight, patterns: readonly Pattern<M>[]): Pattern<M> | undefined {
  const mentioned = [...sight.own, ...sight.context, ...sight.described];
  const distance = (pattern: Pattern<M>): number => pattern.tags.reduce((sum, tag) => sum + mentioned.indexOf(tag), 0);
  return patterns
    .filter((pattern) => fits(pattern, sight) && staysWithSubject(pattern, sight))
    .toSorted((a, b) => b.tags.length - a.tags.length || distance(a) - distance(b))[0];
}

function fits(pattern: Pattern<string>, { own, unknown, described, context }: Sight): boolean {
  const said = [...own, ...context, ...described];
  if (!own.every((tag) => pattern.tags.includes(tag)) || !pattern.tags.every((tag) => said.includes(tag))) return false;
  if (own.length > 0 && !unknown) return true;
  if (described.includes('foreign') || (own.length > 0 && pattern.tags.length < 2)) return false;
  return described.length > 0 ? pattern.tags.some((tag) => described.includes(tag) && !own.includes(tag)) : !unknown;
}

/** Keeps the number of an order from being read as the number of the invoice. */
function staysWithSubject(pattern: Pattern<string>, sight: Sight): boolean {
  const named = subjectsOf(sight.own);
  const around = named.length > 0 ? named : subjectsOf(sight.context);
  if (around.length === 0) return true;
  if (!around.includes('buyer') && !around.includes('foreign') && UNBOUND.includes(pattern.meaning)) return true;
  const allowed = named.length > 0 ? named : [...around, ...subjectsOf(sight.described)];
  return pattern.tags.some((tag) => allowed.includes(tag));
}
