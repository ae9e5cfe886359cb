import type { Json } from '../domain/canonical.ts';

/** What a value is made by, beside its schema. */
export interface MadeBy {
  /** Fields of the same name take these values where they are of the right kind. */
  readonly given: Json;
  /** Makes texts differ: the same seed gives the same value. */
  readonly seed: string;
}

type Schema = { readonly [name: string]: Json };

// For patterns, which are not read: the first that fits is taken.
const TEXTS = ['A', 'AB', 'EUR', 'A-1', 'a', 'a1', '1', '12', '12.50', '2026-01-31', '00000001', 'AB12', '+4912345678'];
const OF_FORMAT: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00',
  email: 'someone@example.com',
  uri: 'https://example.com/',
  uuid: '7b1c1b9e-6f0e-4d0e-9d0e-3f1f7a1b2c3d',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
};
const DEEPEST = 12;

/** A value that a JSON Schema describes: every required field, one item in each list. What only code can check may be wrong in it. */
export function madeValue(schema: Json, by: MadeBy): Json {
  const root = asSchema(schema);
  const definitions = asSchema(root['$defs']);
  return make(root, { ...by, definitions, field: 'value', depth: 0 });
}

interface Making extends MadeBy {
  readonly definitions: Schema;
  /** The field that is being made. */
  readonly field: string;
  readonly depth: number;
}

function make(schema: Schema, making: Making): Json {
  const { $ref, const: fixed, enum: values, default: otherwise } = schema;
  if (typeof $ref === 'string' && making.depth < DEEPEST) {
    const name = $ref.split('/').at(-1) ?? '';
    return make(asSchema(making.definitions[name]), { ...making, depth: making.depth + 1 });
  }
  if (fixed !== undefined) return fixed;
  if (values !== undefined) return asList(values)[0] ?? null;
  const choices = [schema['anyOf'], schema['oneOf'], schema['allOf']].flatMap(asList).map(asSchema);
  if (choices.length > 0) return make(bestOf(choices), making);
  return otherwise ?? ofType(schema, making);
}

// Something rather than nothing.
function bestOf(choices: readonly Schema[]): Schema {
  return choices.find(({ type }) => type !== 'null') ?? {};
}

function ofType(schema: Schema, making: Making): Json {
  const [first = schema['type']] = asList(schema['type']);
  switch (typeof first === 'string' ? first : '') {
    case 'object':
      return objectOf(schema, making);
    case 'array':
      return listOf(schema, making);
    case 'string':
      return textOf(schema, making);
    case 'integer':
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return true;
    default:
      return null;
  }
}

function objectOf(schema: Schema, making: Making): Json {
  const required = asList(schema['required']);
  const given = asSchema(making.given);
  const entries = Object.entries(asSchema(schema['properties'])).flatMap(([name, field]) => {
    const own = given[name];
    if (own !== undefined && isOfKind(asSchema(field), own)) return [[name, own] as const];
    if (!required.includes(name) || making.depth > DEEPEST) return [];
    return [[name, make(asSchema(field), { ...making, field: name, depth: making.depth + 1 })] as const];
  });
  return Object.fromEntries(entries);
}

function listOf(schema: Schema, making: Making): Json {
  const { prefixItems, items, minItems } = schema;
  const inner = { ...making, depth: making.depth + 1 };
  if (prefixItems !== undefined) return asList(prefixItems).map((item) => make(asSchema(item), inner));
  const length = making.depth > DEEPEST ? 0 : Math.max(1, typeof minItems === 'number' ? minItems : 1);
  return Array.from({ length }, () => make(asSchema(items), inner));
}

function textOf({ format, pattern, minLength, maxLength }: Schema, { field, seed }: Making): string {
  if (typeof format === 'string' && OF_FORMAT[format] !== undefined) return OF_FORMAT[format];
  const made = `${field}-${seed}`;
  if (typeof pattern === 'string') {
    const form = new RegExp(pattern, 'u');
    return [made, ...TEXTS].find((text) => form.test(text)) ?? made;
  }
  const least = typeof minLength === 'number' ? minLength : 0;
  const most = typeof maxLength === 'number' ? maxLength : Number.POSITIVE_INFINITY;
  return made.padEnd(least, '-').slice(-Math.min(most, made.padEnd(least, '-').length));
}

function numberOf({ minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf, type }: Schema): number {
  const bound = (value: Json | undefined, otherwise: number): number => (typeof value === 'number' ? value : otherwise);
  const step = bound(multipleOf, 1);
  const [least, most] = [bound(minimum, -Infinity), bound(maximum, Infinity)];
  const [above, below] = [bound(exclusiveMinimum, -Infinity), bound(exclusiveMaximum, Infinity)];
  const low = Math.max(least, above);
  const high = Math.min(most, below);
  const tried = [step, 0, -step, low, high, Math.ceil(low / step) * step, low + step, high - step, (low + high) / 2];
  const fits = (value: number): boolean =>
    value >= least && value <= most && value > above && value < below && (type === 'number' || Number.isInteger(value));
  return (
    tried.find((value) => Number.isFinite(value) && fits(value) && (value % step === 0 || multipleOf === undefined)) ??
    step
  );
}

function isOfKind({ type, const: fixed, enum: values }: Schema, value: Json): boolean {
  if (fixed !== undefined) return fixed === value;
  if (values !== undefined) return asList(values).includes(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return type === undefined || type === typeof value;
}

function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function asSchema(value: Json | undefined): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}
