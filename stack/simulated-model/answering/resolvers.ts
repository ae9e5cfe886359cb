import type { JsonObject } from '../json.ts';
import { firstClause, matchSlot, type Slot } from '../meaning/meaning.ts';
import { INVOICE_PATTERNS, LINE_PATTERNS, TAX_PATTERNS, type Pattern } from '../meaning/patterns.ts';
import { readWords } from '../meaning/words.ts';
import type { Resolve } from './fill.ts';
import { candidatesFor, recordedUnder, type Knowledge } from './knowledge.ts';

/** Answers questions about the whole invoice; names it does not understand are looked for in the records found. */
export function resolveInvoice(knowledge: Knowledge): Resolve {
  return (slot) => {
    const pattern = matchSlot(slot, INVOICE_PATTERNS);
    if (pattern) return candidatesFor(pattern.meaning, knowledge);
    const recorded = recordedUnder(slot.name, knowledge);
    return recorded === undefined ? undefined : { values: [recorded], lastResort: [] };
  };
}

/** One resolver for each line, or for each rate of the tax breakdown, as the list's name says. */
export function resolveRows({ facts }: Knowledge): (slot: Slot) => readonly Resolve[] {
  return ({ name, description }) => {
    const tags = [...readWords(name).tags, ...readWords(firstClause(description)).tags];
    const about = tags.find((tag) => tag === 'line' || tag === 'tax');
    if (about === 'line') return facts.lines.map((line) => resolveRow({ ...line }, LINE_PATTERNS));
    return about === 'tax' ? facts.taxes.map((share) => resolveRow({ ...share }, TAX_PATTERNS)) : [];
  };
}

function resolveRow(row: JsonObject, patterns: readonly Pattern<string>[]): Resolve {
  return (slot) => {
    const pattern = matchSlot(slot, patterns);
    const value = pattern ? row[pattern.meaning] : undefined;
    return pattern && { values: value === undefined || value === null ? [] : [value], lastResort: [] };
  };
}
