import { assertNever } from '../../domain/assert-never.ts';
import type { Pattern } from './pattern-syntax.ts';

/** One place of a pattern and where it goes on: by a character, at an edge, where something else stands ahead, or freely. */
export type Place =
  | { readonly kind: 'one'; readonly fits: (character: string) => boolean; readonly next: number }
  | { readonly kind: 'edge'; readonly edge: Edge['edge']; readonly next: number }
  | { readonly kind: 'ahead'; readonly start: number; readonly not: boolean; readonly next: number }
  | { readonly kind: 'free'; next: readonly number[] }
  | { readonly kind: 'end' };

/** A pattern as numbered places, its counts written out. */
export interface Places {
  readonly all: readonly Place[];
  readonly start: number;
  /** The ends by how deep they look ahead: that of the pattern itself, then those of what it looks for, and so on. */
  readonly ends: readonly (readonly number[])[];
}

type Edge = Extract<Pattern, { kind: 'edge' }>;

/** The most places of a pattern. */
export const MOST_PLACES = 10_000;

interface Written {
  readonly all: Place[];
  readonly ends: number[][];
  copies: number;
}

/** The places of a pattern; `undefined` when they are more than {@link MOST_PLACES}. */
export function placesOf(pattern: Pattern): Places | undefined {
  const written: Written = { all: [], ends: [], copies: 0 };
  const start = write(written, pattern, { next: end(written, 0), depth: 0 });
  return written.copies > MOST_PLACES ? undefined : { all: written.all, start, ends: written.ends };
}

interface Goal {
  readonly next: number;
  /** How many times what is written is looked ahead for. */
  readonly depth: number;
}

/** Writes a pattern that goes on at a place, from its end to its beginning, and answers where it begins. */
function write(written: Written, pattern: Pattern, goal: Goal): number {
  written.copies += 1;
  if (written.copies > MOST_PLACES) return goal.next;
  const to = (part: Pattern, next: number): number => write(written, part, { ...goal, next });
  switch (pattern.kind) {
    case 'one':
    case 'edge':
      return add(written, { ...pattern, next: goal.next });
    case 'sequence':
      return pattern.parts.reduceRight((next, part) => to(part, next), goal.next);
    case 'either':
      return add(written, { kind: 'free', next: pattern.parts.map((part) => to(part, goal.next)) });
    case 'ahead': {
      const depth = goal.depth + 1;
      const start = write(written, pattern.of, { next: end(written, depth), depth });
      return add(written, { kind: 'ahead', start, not: pattern.not, next: goal.next });
    }
    case 'repeat':
      return repeat(written, pattern, goal);
    default:
      return assertNever(pattern);
  }
}

function repeat(written: Written, { of, least, most }: Extract<Pattern, { kind: 'repeat' }>, goal: Goal): number {
  const enough = (): boolean => written.copies > MOST_PLACES;
  let { next } = goal;
  if (most === Infinity) {
    const loop: Extract<Place, { kind: 'free' }> = { kind: 'free', next: [] };
    next = add(written, loop);
    loop.next = [write(written, of, { ...goal, next }), goal.next];
  } else {
    for (let count = least; count < most && !enough(); count += 1)
      next = add(written, { kind: 'free', next: [write(written, of, { ...goal, next }), goal.next] });
  }
  for (let count = 0; count < least && !enough(); count += 1) next = write(written, of, { ...goal, next });
  return next;
}

function end(written: Written, depth: number): number {
  const place = add(written, { kind: 'end' });
  (written.ends[depth] ??= []).push(place);
  return place;
}

function add(written: Written, place: Place): number {
  return written.all.push(place) - 1;
}
