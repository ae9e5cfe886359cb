import { isList, isObject, type Json, type JsonObject } from '../json.ts';

/** Steps through references and unions before a schema counts as too deep to fill. */
const MAX_DEPTH = 12;

/** The concrete alternatives of a JSON Schema: references followed, `anyOf`, `oneOf`, `allOf` and type lists resolved. */
export function alternativesOf(schema: Json | undefined, root: JsonObject, depth = 0): JsonObject[] {
  if (!isObject(schema) || depth > MAX_DEPTH) return [];
  const reference = schema['$ref'];
  if (typeof reference === 'string')
    return alternativesOf(merge(follow(reference, root), without(schema, '$ref')), root, depth + 1);
  if (isList(schema['allOf'])) return alternativesOf(mergeAll(schema, schema['allOf'], root), root, depth + 1);
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    const options = schema[keyword];
    if (!isList(options)) continue;
    const base = without(schema, keyword);
    return options.flatMap((option) => alternativesOf(merge(base, resolved(option, root)), root, depth + 1));
  }
  const types = schema['type'];
  return isList(types) ? types.map((type) => ({ ...schema, type })) : [schema];
}

/** Whether one of the alternatives allows `null`. */
export function allowsNull(alternatives: readonly JsonObject[]): boolean {
  return alternatives.some(
    ({ type, const: constant, enum: values }) =>
      type === 'null' || constant === null || (isList(values) && values.includes(null)),
  );
}

/** The properties of an object schema by name. */
export function propertiesOf(schema: JsonObject): [name: string, schema: Json][] {
  return isObject(schema['properties']) ? Object.entries(schema['properties']) : [];
}

/** The names an object schema requires. */
export function requiredOf(schema: JsonObject): string[] {
  return isList(schema['required']) ? schema['required'].filter((name) => typeof name === 'string') : [];
}

/** A schema's description, or the one of its first alternative that has one; empty when nothing is said. */
export function descriptionOf(schema: Json, alternatives: readonly JsonObject[]): string {
  const said = [schema, ...alternatives].map((option) => (isObject(option) ? option['description'] : undefined));
  return said.find((description) => typeof description === 'string') ?? '';
}

function resolved(schema: Json, root: JsonObject): JsonObject {
  if (!isObject(schema)) return {};
  return typeof schema['$ref'] === 'string' ? merge(follow(schema['$ref'], root), without(schema, '$ref')) : schema;
}

/** Follows a pointer such as `#/$defs/Amount` inside the same schema. */
function follow(reference: string, root: JsonObject): JsonObject {
  const keys = reference
    .replace(/^#\/?/, '')
    .split('/')
    .filter((key) => key !== '');
  const target = keys.reduce<Json | undefined>(
    (value, key) => (isObject(value) ? value[key.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined),
    root,
  );
  return isObject(target) ? target : {};
}

function mergeAll(schema: JsonObject, parts: readonly Json[], root: JsonObject): JsonObject {
  return parts.reduce<JsonObject>((merged, part) => merge(merged, resolved(part, root)), without(schema, 'allOf'));
}

/** Lays one schema over another; properties and required names add up. */
function merge(under: JsonObject, over: JsonObject): JsonObject {
  const properties = { ...Object.fromEntries(propertiesOf(under)), ...Object.fromEntries(propertiesOf(over)) };
  const required = [...new Set([...requiredOf(under), ...requiredOf(over)])];
  return {
    ...under,
    ...over,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  };
}

function without(schema: JsonObject, keyword: string): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== keyword));
}
