import { asText, isList, isObject, jsonTextsIn, parseJsonAsWritten, type Json, type JsonObject } from '../json.ts';
import type { Tag } from '../meaning/lexicon.ts';
import { matchSlot } from '../meaning/meaning.ts';
import { ALLOWANCE_PATTERNS, LINE_PATTERNS, TAX_PATTERNS, type Pattern } from '../meaning/patterns.ts';
import { readWords } from '../meaning/words.ts';
import { collectFacts, type NamedValue } from './fact-collector.ts';
import {
  EMPTY_LINE,
  EMPTY_TAX,
  type Allowance,
  type InvoiceFacts,
  type InvoiceLine,
  type TaxShare,
} from './invoice-facts.ts';
import type { InvoiceReader } from './invoice-reader.ts';
import { ublReader } from './ubl-reader.ts';

const EMPTY_ALLOWANCE: Record<keyof Allowance, string | null> = { kind: null, amount: null, reason: null };

/** Reads invoices as JSON under any sensible keys, nested or flat; a UBL document inside a JSON text counts before them. */
export const jsonReader: InvoiceReader = {
  read(text: string): InvoiceFacts | null {
    for (const document of jsonTextsIn(text).map(parseJsonAsWritten)) {
      const facts = readEmbeddedUbl(document) ?? readFields(document);
      if (facts) return facts;
    }
    return null;
  },
};

function readEmbeddedUbl(value: Json | undefined): InvoiceFacts | null {
  if (typeof value === 'string') return ublReader.read(value);
  if (!isObject(value) && !isList(value)) return null;
  return (
    Object.values(value)
      .map(readEmbeddedUbl)
      .find((facts) => facts !== null) ?? null
  );
}

function readFields(document: Json | undefined): InvoiceFacts | null {
  if (!isObject(document)) return null;
  return collectFacts(namedValues(document, []), {
    kind: 'invoice',
    accounts: textsUnder(document, 'account'),
    allowances: readAllowances(document),
    lines: rowsUnder(document, 'line').map((row) => readRow(row, LINE_PATTERNS, EMPTY_LINE)),
    taxes: rowsUnder(document, 'tax').map((row) => readRow(row, TAX_PATTERNS, EMPTY_TAX)),
  });
}

/** All single values with what the objects around them are about; lists are read as rows instead. */
function namedValues(object: JsonObject, context: readonly Tag[]): NamedValue[] {
  return Object.entries(object).flatMap(([name, value]) => {
    if (isObject(value)) return namedValues(value, [...context, ...readWords(name).tags]);
    const text = value === true ? 'true' : asText(value);
    return text === null ? [] : [{ slot: { name, description: '', context }, value: text }];
  });
}

/** Discounts and charges, of one list or of one list each; a row may say itself which it is. */
function readAllowances(document: JsonObject): Allowance[] {
  const abouts = new Map<JsonObject, Allowance['kind']>();
  for (const about of ['charge', 'allowance'] as const)
    for (const row of rowsUnder(document, about)) abouts.set(row, about);
  return [...abouts].map(([row, about]) => {
    const { kind, amount, reason } = readRow(row, ALLOWANCE_PATTERNS, EMPTY_ALLOWANCE);
    const said = readWords(kind ?? '').tags.find((tag) => tag === 'charge' || tag === 'allowance');
    return { kind: said ?? about, amount, reason };
  });
}

/** The single values of the first list whose name is about something, at any depth of objects. */
function textsUnder(object: JsonObject, about: Tag): string[] {
  for (const [name, value] of Object.entries(object)) {
    const isAbout = isList(value) && readWords(name).tags.includes(about);
    const texts = isAbout ? value.map(asText).filter((text) => text !== null) : [];
    const found = isObject(value) ? textsUnder(value, about) : texts;
    if (found.length > 0) return found;
  }
  return [];
}

/** The rows of the first list whose name is about lines, or about tax, at any depth of objects. */
function rowsUnder(object: JsonObject, about: Tag): JsonObject[] {
  for (const [name, value] of Object.entries(object)) {
    const rows = isList(value) && readWords(name).tags.includes(about) ? value.filter(isObject) : [];
    const found = isObject(value) ? rowsUnder(value, about) : rows;
    if (found.length > 0) return found;
  }
  return [];
}

function readRow<R extends InvoiceLine | TaxShare | typeof EMPTY_ALLOWANCE>(
  row: JsonObject,
  patterns: readonly Pattern<keyof R & string>[],
  empty: R,
): R {
  const filled = Object.entries(row).flatMap(([name, value]) => {
    const pattern = matchSlot({ name, description: '', context: [] }, patterns);
    const text = asText(value);
    return pattern && text !== null ? [[pattern.meaning, text] as const] : [];
  });
  return { ...empty, ...Object.fromEntries(filled) };
}
