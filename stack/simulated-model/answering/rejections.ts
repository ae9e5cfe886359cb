import { asText, isList, isObject, jsonTextsIn, parseJson, type Json, type JsonObject } from '../json.ts';

/** Keys under which findings and errors name the field at fault. */
const NAMING_KEYS = [
  'field',
  'path',
  'property',
  'param',
  'parameter',
  'argument',
  'instancePath',
  'pointer',
  'location',
];

/** Keys of objects whose own keys are the fields at fault. */
const FIELD_MAPS = ['errors', 'fieldErrors', 'fields', 'properties'];

/** The values in some arguments that a complaint about them names, by path such as `lines.0.net`. */
export function refusedValues(given: JsonObject, complaint: string): Map<string, Json> {
  const leaves = leavesOf(given, '');
  const structured = jsonTextsIn(complaint).flatMap((text) => fieldsIn(parseJson(text)));
  const paths = leaves.map(([path]) => path);
  const named = structured.length > 0 ? structured : fieldsInProse(complaint, paths);
  return new Map(leaves.filter(([path]) => named.some((field) => isSameField(field, path))));
}

function leavesOf(value: Json, path: string): [path: string, value: Json][] {
  if (!isObject(value) && !isList(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, child]) => leavesOf(child, path === '' ? name : `${path}.${name}`));
}

function fieldsIn(json: Json | undefined): string[] {
  if (isList(json)) return json.flatMap(fieldsIn);
  if (!isObject(json)) return [];
  return Object.entries(json).flatMap(([key, value]) => {
    if (NAMING_KEYS.includes(key)) return fieldNames(value);
    return FIELD_MAPS.includes(key) && isObject(value) ? Object.keys(value) : fieldsIn(value);
  });
}

/** A field as a text, or as a list of keys from the outside in. */
function fieldNames(value: Json): string[] {
  const keys = isList(value) ? value.map(asText) : [asText(value)];
  const path = keys
    .filter((key) => key !== null)
    .join('.')
    .split(/[./[\]$#]+/)
    .filter((key) => key !== '');
  return path.length > 0 ? [path.join('.')] : [];
}

/** A finding may speak of the whole (`booking.total`) or of an object around the value (`vendor`). */
function isSameField(field: string, path: string): boolean {
  return field === path || field.endsWith(`.${path}`) || path.startsWith(`${field}.`);
}

/** Without structure, the field that each line mentions first is the one it is about. */
function fieldsInProse(complaint: string, paths: readonly string[]): string[] {
  return complaint.split('\n').flatMap((line) => {
    const words = line.split(/[^\p{L}\d_.]+/u).map((word) => word.replace(/^\.+|\.+$/g, ''));
    const first = words.find((word) => paths.includes(word));
    return first === undefined ? [] : [first];
  });
}
