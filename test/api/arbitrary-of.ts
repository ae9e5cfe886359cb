import fc, { type Arbitrary } from 'fast-check';

/** A JSON Schema as the OpenAPI document has them. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly format?: string;
}

const MAX_ITEMS = 4;

/** Values that fit a schema. */
export function arbitraryOf(schema: Schema): Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const options = schema.oneOf ?? schema.anyOf;
  if (options !== undefined) return fc.oneof(...options.map(arbitraryOf));
  switch (String(schema.type)) {
    case 'string':
      return textOf(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -9, max: Math.min(schema.maximum ?? 1_000, 1_000_000) });
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? MAX_ITEMS, MAX_ITEMS),
      });
    case 'object':
      return recordOf(schema);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

/** Values that may fit a schema and mostly do not: parts left out, added, or of another kind. */
export function mutationOf(schema: Schema): Arbitrary<unknown> {
  return fc.oneof(
    { weight: 3, arbitrary: arbitraryOf(schema) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          arbitraryOf(schema),
          fc.constantFrom(...Object.keys(schema.properties ?? { any: 1 }), '__proto__', 'constructor'),
          ODD,
        )
        .map(([value, key, odd]) => (isRecord(value) ? { ...value, [key]: odd } : odd)),
    },
  );
}

/** Values at which parsers break. */
export const ODD: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1e308,
    2 ** 53,
    '',
    '\u0000',
    '\ud800',
    'a'.repeat(600),
    '../../etc/passwd',
    "' or 1=1 --",
    '{{7*7}}',
    '%00',
    [],
    {},
    { toString: 1, length: -1 },
    [[[[[[]]]]]],
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

function textOf({ pattern, format, minLength = 0, maxLength = 40 }: Schema): Arbitrary<unknown> {
  if (format === 'date-time')
    return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((at) => at.toISOString());
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ minLength, maxLength: Math.min(maxLength, 200) });
}

function recordOf({ properties = {}, required = [] }: Schema): Arbitrary<unknown> {
  const model = Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, arbitraryOf(field)]));
  return fc.record(model, { requiredKeys: Object.keys(model).filter((name) => required.includes(name)) });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
