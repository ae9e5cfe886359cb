import { type Pattern, refusedPattern } from './pattern-syntax.ts';
import { MOST_PLACES, type Place, type Places, placesOf } from './pattern-places.ts';
import type { SchemaWork } from './schema-work.ts';

const WORD = /^\w$/;
// How many places are made ready for a text in the time of a step.
const PREPARED_IN_A_STEP = 16;

/**
 * A regular expression (ECMAScript, flag `u`) that takes at most as many steps as it has places times the text has characters,
 * whatever both are. From the end of the text to its beginning it keeps all places from which the rest would match, so that it never
 * tries one twice; what stands ahead of a place is known when it comes there.
 * @throws JobError `invalid-job` for one whose counts are too large to be written out
 */
export class SteadyPattern {
  readonly #source: string;
  readonly #work: SchemaWork;
  readonly #places: Places;
  /** For each place those that lead to it without a character. */
  readonly #freely: readonly (readonly number[])[];
  /** For each place those that lead to it by a character. */
  readonly #byOne: readonly (readonly number[])[];

  constructor(source: string, pattern: Pattern, work: SchemaWork) {
    const places = placesOf(pattern);
    if (places === undefined) throw refusedPattern(source, `counts that repeat it to more than ${MOST_PLACES} parts`);
    this.#source = source;
    this.#work = work;
    this.#places = places;
    this.#freely = leadingTo(places.all, (place) => place.kind !== 'one');
    this.#byOne = leadingTo(places.all, (place) => place.kind === 'one');
  }

  /** Whether a part of the text matches. */
  test(text: string): boolean {
    const characters = Array.from(text);
    const { all, ends, start } = this.#places;
    this.#work.spend(Math.ceil(all.length / PREPARED_IN_A_STEP) + characters.length);
    const seen: Seen = { characters, at: characters.length, reachedAt: new Int32Array(all.length).fill(-1) };
    const later: (readonly number[])[] = ends.map(() => []);
    for (; seen.at >= 0; seen.at -= 1) {
      for (let depth = ends.length - 1; depth >= 0; depth -= 1) {
        const open = [...(ends[depth] ?? []), ...this.#fitting(seen, later[depth] ?? [])];
        later[depth] = this.#reached(seen, open);
      }
      if (seen.reachedAt[start] === seen.at) return true;
    }
    return false;
  }

  /** By this text two patterns are told apart. */
  toString(): string {
    return this.#source;
  }

  #fitting({ characters, at }: Seen, later: readonly number[]): number[] {
    const character = characters[at];
    if (character === undefined) return [];
    const found: number[] = [];
    for (const next of later) {
      const ways = this.#byOne[next] ?? [];
      this.#work.spend(ways.length);
      for (const way of ways) if (this.#holds(way, character)) found.push(way);
    }
    return found;
  }

  #reached(seen: Seen, open: number[]): number[] {
    const found: number[] = [];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (seen.reachedAt[place] === seen.at || !this.#passes(place, seen)) continue;
      seen.reachedAt[place] = seen.at;
      found.push(place);
      const ways = this.#freely[place] ?? [];
      this.#work.spend(1 + ways.length);
      open.push(...ways);
    }
    return found;
  }

  #holds(way: number, character: string): boolean {
    const place = this.#places.all[way];
    return place?.kind === 'one' && place.fits(character);
  }

  #passes(way: number, { characters, at, reachedAt }: Seen): boolean {
    const place = this.#places.all[way];
    if (place?.kind === 'ahead') return (reachedAt[place.start] === at) !== place.not;
    if (place?.kind !== 'edge') return true;
    if (place.edge === 'start') return at === 0;
    if (place.edge === 'end') return at === characters.length;
    const atBoundary = WORD.test(characters[at - 1] ?? '') !== WORD.test(characters[at] ?? '');
    return atBoundary === (place.edge === 'boundary');
  }
}

/** A text while it is gone through. */
interface Seen {
  readonly characters: readonly string[];
  at: number;
  /** For each place the last position from which the rest matched. */
  readonly reachedAt: Int32Array;
}

function leadingTo(all: readonly Place[], counts: (place: Place) => boolean): readonly (readonly number[])[] {
  const leading: number[][] = all.map(() => []);
  for (const [at, place] of all.entries()) {
    const next = place.kind === 'end' || !counts(place) ? [] : [place.next].flat();
    for (const to of next) leading[to]?.push(at);
  }
  return leading;
}
