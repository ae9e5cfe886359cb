import type { Case } from './data.ts';
import { drawn } from './drawn.ts';

/** So many cases, by seed, of every domain alike, in the order of the data; all of them when there are no more. */
export function chosenCases(cases: readonly Case[], { seed, limit }: { seed: number; limit: number }): readonly Case[] {
  if (cases.length <= limit) return cases;
  const ranked = new Map<string, Case[]>();
  for (const one of cases.toSorted((a, b) => drawn(seed, 'chosen', a.name) - drawn(seed, 'chosen', b.name))) {
    ranked.set(one.domain.name, [...(ranked.get(one.domain.name) ?? []), one]);
  }
  const rounds = Math.max(...[...ranked.values()].map((list) => list.length));
  const turns = Array.from({ length: rounds }, (_, round) => [...ranked.values()].flatMap((list) => list[round] ?? []));
  const chosen = new Set(turns.flat().slice(0, limit));
  return cases.filter((one) => chosen.has(one));
}
