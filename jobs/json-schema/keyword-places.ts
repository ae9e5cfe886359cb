import type { Json } from '../../domain/canonical.ts';

/** A JSON Schema that is no mere `true` or `false`. */
export type SchemaObject = { readonly [keyword: string]: Json };

/** What stands under these are names, each with a schema. */
export const NAMED: readonly string[] = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];
/** What stands under these are values, and no keywords. */
export const VALUES: readonly string[] = ['const', 'enum', 'default', 'examples', 'required', 'dependentRequired'];
/** Keywords that draft 2020-12 does not know and Ajv does; with the first one it would let everything through. */
export const OTHER_DIALECTS: readonly string[] = ['$async', 'nullable', 'dependencies', '$recursiveRef'];

// The vocabularies of the draft, and what Ajv knows besides. Source: https://json-schema.org/draft/2020-12/schema
const KEYWORDS = `
  $schema $id $ref $anchor $dynamicRef $dynamicAnchor $vocabulary $comment prefixItems items contains additionalProperties
  propertyNames if then else allOf anyOf oneOf not unevaluatedItems unevaluatedProperties contentSchema type multipleOf
  maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems maxContains
  minContains maxProperties minProperties title description deprecated readOnly writeOnly format contentEncoding
  contentMediaType
`;
const KNOWN = new Set([...NAMED, ...VALUES, ...OTHER_DIALECTS, ...KEYWORDS.trim().split(/\s+/)]);

/** A keyword where it stands. */
export interface PlacedKeyword {
  readonly keyword: string;
  readonly part: Json;
  /** Whether the draft does not know it and no `$ref` leads there: it holds a value, whatever it looks like. */
  readonly isRemark: boolean;
}

/** The schema without some of its keywords; names and values that are spelt like one stay. */
export function withoutKeywords(schema: SchemaObject, isDropped: (placed: PlacedKeyword) => boolean): SchemaObject;
export function withoutKeywords(
  schema: SchemaObject | boolean,
  isDropped: (placed: PlacedKeyword) => boolean,
): SchemaObject | boolean {
  const referred = new Set<string>();
  collectReferred(schema, referred);
  const kept = (part: Json): Json => {
    if (isList(part)) return part.map(kept);
    return isSchemaObject(part) ? keptOf(part) : part;
  };
  const keptOf = (object: SchemaObject): SchemaObject =>
    Object.fromEntries(
      Object.entries(object).flatMap(([keyword, part]) => {
        const isRemark = !KNOWN.has(keyword) && !referred.has(keyword);
        if (isDropped({ keyword, part, isRemark })) return [];
        if (isRemark || VALUES.includes(keyword)) return [[keyword, part]];
        const isNames = NAMED.includes(keyword) && isSchemaObject(part);
        return [[keyword, isNames ? mapped(part, kept) : kept(part)]];
      }),
    );
  return typeof schema === 'boolean' ? schema : keptOf(schema);
}

/** Whether a part of a schema is an object. */
export function isSchemaObject(value: Json): value is SchemaObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** Whether a part of a schema is a list. */
export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function mapped(names: SchemaObject, change: (part: Json) => Json): SchemaObject {
  return Object.fromEntries(Object.entries(names).map(([name, part]) => [name, change(part)]));
}

function collectReferred(value: Json, referred: Set<string>): void {
  if (value === null || typeof value !== 'object') return;
  for (const part of Object.values(value)) collectReferred(part, referred);
  const to = isSchemaObject(value) ? value['$ref'] : undefined;
  if (typeof to === 'string') for (const keyword of keywordsTo(to)) referred.add(keyword);
}

/** The keywords on the way that a reference goes by a JSON Pointer, without the names under them. */
function keywordsTo(reference: string): readonly string[] {
  const [, ...parts] = pointerOf(reference).split('/');
  const keywords: string[] = [];
  for (let place = 0; place < parts.length; place += NAMED.includes(parts[place] ?? '') ? 2 : 1)
    keywords.push((parts[place] ?? '').replaceAll('~1', '/').replaceAll('~0', '~'));
  return keywords;
}

function pointerOf(reference: string): string {
  const [, fragment = ''] = reference.split('#');
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
