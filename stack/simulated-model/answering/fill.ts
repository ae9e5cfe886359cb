import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import type { Slot } from '../meaning/meaning.ts';
import { readWords } from '../meaning/words.ts';
import { coerce } from './coerce.ts';
import type { Candidates } from './knowledge.ts';
import { allowsNull, alternativesOf, descriptionOf, propertiesOf, requiredOf } from './schema.ts';

/** Answers a slot with candidates; `undefined` when the slot is not understood. */
export type Resolve = (slot: Slot) => Candidates | undefined;

/** How one schema is filled. */
export interface Filling {
  /** Schema that references point into. */
  root: JsonObject;
  resolve: Resolve;
  /** One `Resolve` per row of what a list is about; empty when the document has no such rows. */
  rows: (slot: Slot) => readonly Resolve[];
  /** Values refused before, by path such as `lines.0.net`. */
  rejected: ReadonlyMap<string, readonly Json[]>;
  /** A submission is completed as well as it can be; any other call is made only when every required field is known. */
  submission: boolean;
}

/** A value, and how many fields of it came from the document or from a tool result. */
export interface Filled {
  value: Json;
  known: number;
}

/** Where in the arguments a value goes. The path of the arguments themselves is empty. */
export interface Place {
  slot: Slot;
  path: string;
  required: boolean;
}

/**
 * Fills a schema: the first alternative that something is known for, else `null` where it is allowed, else what needs
 * no knowledge, such as a constant; last, in a submission, the document's own words. `undefined` when it must stay open.
 */
export function fill(schema: Json, place: Place, filling: Filling): Filled | undefined {
  const alternatives = alternativesOf(schema, filling.root);
  const described = { ...place, slot: { ...place.slot, description: descriptionOf(schema, alternatives) } };
  const filled = alternatives
    .filter((option) => option['type'] !== 'null')
    .map((option) => fillOption(option, described, filling))
    .filter((option) => option !== undefined);
  const known = filled.find((option) => option.known > 0);
  if (known) return known;
  if (allowsNull(alternatives)) return { value: null, known: 0 };
  return filled[0] ?? (filling.submission && place.required ? lastResort(alternatives, described, filling) : undefined);
}

function fillOption(option: JsonObject, place: Place, filling: Filling): Filled | undefined {
  if (option['type'] === 'object' || isObject(option['properties'])) return fillObject(option, place, filling);
  if (option['type'] === 'array') return fillList(option, place, filling);
  return fillScalar(option, place, filling);
}

function fillObject(schema: JsonObject, { slot, path }: Place, filling: Filling): Filled | undefined {
  const required = requiredOf(schema);
  const context = [...slot.context, ...readWords(slot.name).tags];
  const value: Record<string, Json> = {};
  let known = 0;
  for (const [name, property] of propertiesOf(schema)) {
    const place = {
      slot: { name, description: '', context },
      path: join(path, name),
      required: required.includes(name),
    };
    const filled = fill(property, place, filling);
    if (filled === undefined && place.required && !filling.submission) return undefined;
    if (filled === undefined || !isWorthGiving(filled, place, filling)) continue;
    value[name] = filled.value;
    known += filled.known;
  }
  return { value, known };
}

/** Optional fields are given when something is known; a submission also says `null` and constants outright. */
function isWorthGiving({ value, known }: Filled, { required }: Place, { submission }: Filling): boolean {
  return required || known > 0 || (submission && !isList(value) && !isObject(value));
}

function fillList(schema: JsonObject, place: Place, filling: Filling): Filled | undefined {
  const items = schema['items'] ?? {};
  const holdsObjects = alternativesOf(items, filling.root).some((item) => isObject(item['properties']));
  const itemPlace = (index: number): Place => ({ ...place, path: join(place.path, String(index)), required: true });
  const filled = holdsObjects
    ? filling.rows(place.slot).map((resolve, index) => fill(items, rowPlace(itemPlace(index)), { ...filling, resolve }))
    : (filling.resolve(place.slot)?.each ?? [undefined]).map((value, index) =>
        fill(items, itemPlace(index), { ...filling, submission: false, resolve: narrowed(filling.resolve, value) }),
      );
  const rows = filled.filter((row): row is Filled => row !== undefined && row.known > 0);
  return { value: rows.map(({ value }) => value), known: rows.reduce((sum, row) => sum + row.known, 0) };
}

/** Answers with the one value where there is one, else as before. */
function narrowed(resolve: Resolve, value: Json | undefined): Resolve {
  return value === undefined ? resolve : () => ({ values: [value], lastResort: [] });
}

/** A row is a subject of its own: what surrounds the list says nothing about its fields. */
function rowPlace(place: Place): Place {
  return { ...place, slot: { name: '', description: '', context: [] } };
}

function fillScalar(option: JsonObject, { slot, path }: Place, filling: Filling): Filled | undefined {
  const candidates = filling.resolve(slot)?.values ?? [];
  const forms = candidates
    .map((value) => coerce(option, value, slot.description))
    .filter((value) => value !== undefined);
  const refused = filling.rejected.get(path) ?? [];
  const value = forms.find((form) => !refused.includes(form)) ?? (filling.submission ? forms[0] : undefined);
  if (value !== undefined) return { value, known: 1 };
  const only = candidates.length === 0 ? onlyValue(option) : undefined;
  return only === undefined ? undefined : { value: only, known: 0 };
}

/** The value of a constant, which needs no knowledge as long as the document does not contradict it. */
function onlyValue(option: JsonObject): Json | undefined {
  const values = option['enum'];
  return 'const' in option ? option['const'] : isList(values) && values.length === 1 ? values[0] : undefined;
}

/** The document's own words where nothing fits, so that whoever checks the submission can name what is wrong. */
function lastResort(alternatives: readonly JsonObject[], { slot }: Place, { resolve }: Filling): Filled | undefined {
  const candidates = resolve(slot);
  const words = [...(candidates?.lastResort ?? []), ...(candidates?.values ?? [])];
  for (const { type, ...schema } of alternatives) {
    const bare = { ...(type !== undefined && { type }), ...(schema['enum'] !== undefined && { enum: schema['enum'] }) };
    const value = words.map((word) => coerce(bare, word, slot.description)).find((form) => form !== undefined);
    if (value !== undefined) return { value, known: 1 };
  }
  return undefined;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
