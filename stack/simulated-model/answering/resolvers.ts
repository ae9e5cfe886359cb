import type { JsonObject } from '../json.ts';
import type { Tag } from '../meaning/lexicon.ts';
import { firstClause, matchSlot, type Slot } from '../meaning/meaning.ts';
import {
  ALLOWANCE_PATTERNS,
  INVOICE_PATTERNS,
  LINE_PATTERNS,
  TAX_PATTERNS,
  type Pattern,
} from '../meaning/patterns.ts';
import { readWords } from '../meaning/words.ts';
import type { Allowance } from '../reading/invoice-facts.ts';
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

/** One resolver for each line, for each discount or charge, or for each rate of the tax breakdown, as the list's name says. */
export function resolveRows({ facts }: Knowledge): (slot: Slot) => readonly Resolve[] {
  return ({ name, description }) => {
    const tags = [...readWords(name).tags, ...readWords(firstClause(description)).tags];
    const about = tags.find((tag) => tag === 'line' || tag === 'tax' || tag === 'allowance' || tag === 'charge');
    if (about === 'line') return facts.lines.map((line) => resolveRow({ ...line }, LINE_PATTERNS));
    if (about === 'allowance' || about === 'charge')
      return chargesAbout(facts.allowances, tags).map((part) => resolveRow({ ...part }, ALLOWANCE_PATTERNS));
    return about === 'tax' ? facts.taxes.map((share) => resolveRow({ ...share }, TAX_PATTERNS)) : [];
  };
}

/** A list that is about charges alone takes only these; one about allowances takes both, since a charge is a negative one. */
function chargesAbout(parts: readonly Allowance[], tags: readonly Tag[]): readonly Allowance[] {
  return tags.includes('allowance') ? parts : parts.filter(({ kind }) => kind === 'charge');
}

function resolveRow(row: JsonObject, patterns: readonly Pattern<string>[]): Resolve {
  return (slot) => {
    const pattern = matchSlot(slot, patterns);
    const value = pattern ? row[pattern.meaning] : undefined;
    return pattern && { values: value === undefined || value === null ? [] : [value], lastResort: [] };
  };
}
