import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { fromJsonSchema, type JsonSchema } from '../../../jobs/json-schema/from-json-schema.ts';
import { jsonSchema } from '../../../jobs/definition.ts';
import { issuesOf } from '../../../jobs/parse-as.ts';

const PERSON: JsonSchema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    age: { type: 'integer', minimum: 0 },
    role: { enum: ['clerk', 'auditor'] },
    at: { type: 'object', properties: { 'a/b': { type: 'number' } }, unevaluatedProperties: false },
  },
  required: ['name'],
  additionalProperties: false,
};

describe('a JSON Schema judges a value', () => {
  test('takes what fits, as it is [jobs.json-schema]', () => {
    const value = { name: 'Ada', age: 36 };
    expect(fromJsonSchema(PERSON).parse(value)).toBe(value);
  });

  test.each([
    [{ age: 1 }, 'name: is missing'],
    [{ name: 'Ada', born: 1815 }, 'born: is not a field of this'],
    [{ name: 'Ada', age: -1 }, 'age: must be >= 0'],
    [{ name: 'Ada', age: 'twelve' }, 'age: must be integer'],
    [{ name: 'Ada', role: 'king' }, 'role: must be one of ["clerk","auditor"]'],
    [{ name: 'Ada', at: { 'a/b': 'x' } }, 'at.a/b: must be number'],
    [{ name: 'Ada', at: { c: 1 } }, 'at.c: is not a field of this'],
    ['Ada', 'the value: must be object'],
    [{ name: 1, age: 'x' }, 'name: must be string; age: must be integer'],
  ])('refuses %j and names the field [jobs.json-schema]', (value, sentence) => {
    const parsed = fromJsonSchema(PERSON).safeParse(value);
    expect(parsed.success ? 'fits' : issuesOf(parsed.error)).toBe(sentence);
  });
});

describe('values are compared exactly', () => {
  const NAMED = { valueOf: 'a', toString: 1, constructor: null, toJSON: 'b' };

  test.each<[string, JsonSchema, readonly unknown[], readonly unknown[]]>([
    ['a multiple of hundredths', { multipleOf: 0.01 }, [19.99, 4.35, 0, -0.07, 1e21, 1.1], [19.999, 0.001, 1e-7]],
    ['a multiple of a small fraction', { multipleOf: 1e-8 }, [12391239123, 1e308, 3e-8], [1e-9, 1.5e-8]],
    ['a multiple of an odd fraction', { multipleOf: 0.123456789 }, [0.123456789, 0], [1e308, 0.1234567891]],
    ['a multiple of whole numbers', { type: 'integer', multipleOf: 3 }, [9, -3, 9007199254740990], [10, 0.5]],
    ['a constant', { const: NAMED }, [{ ...NAMED }], [{ ...NAMED, toString: 2 }, {}, 'a', undefined]],
    ['a constant of one level', { const: { a: [1, '1'] } }, [{ a: [1, '1'] }], [{ a: ['1', 1] }, { a: [1] }]],
    ['nothing', { const: null }, [null], [0, '', false, {}, undefined]],
    ['one of some', { enum: [NAMED, 1, [2]] }, [{ ...NAMED }, 1.0, [2]], [{ valueOf: 'a' }, '1', [], undefined]],
    [
      'items that differ',
      { uniqueItems: true },
      [[{ ...NAMED }, {}], [1, '1'], [[1], [2]], []],
      [[NAMED, { ...NAMED }]],
    ],
    [
      'items of any order of fields',
      { uniqueItems: true },
      [],
      [
        [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
        [0, -0],
      ],
    ],
    ['plain items', { items: { type: 'string' }, uniqueItems: true }, [['toString', 'valueOf']], [['a', 'b', 'a']]],
    ['items that may be equal', { uniqueItems: false }, [[1, 1]], []],
  ])('%s [jobs.json-schema]', (...[, schema, fitting, wrong]) => {
    const made = fromJsonSchema(schema);
    expect(fitting.filter((value) => !made.safeParse(value).success)).toEqual([]);
    expect(wrong.filter((value) => made.safeParse(value).success)).toEqual([]);
  });

  test.each<[JsonSchema, unknown, string]>([
    [{ multipleOf: 0.01 }, 0.005, 'the value: must be multiple of 0.01'],
    [{ const: { toString: 1 } }, { toString: 2 }, 'the value: must be {"toString":1}'],
    [{ enum: [{ valueOf: 1 }] }, 1, 'the value: must be one of [{"valueOf":1}]'],
    [{ uniqueItems: true }, [1, 2, 1], 'the value: must NOT have duplicate items (items ## 0 and 2 are identical)'],
  ])('%j says of %j what is wrong [jobs.json-schema]', (schema, value, sentence) => {
    const parsed = fromJsonSchema(schema).safeParse(value);
    expect(parsed.success ? 'fits' : issuesOf(parsed.error)).toBe(sentence);
  });
});

describe('a schema that was written as JSON Schema', () => {
  test('is shown to models as it was written, also inside another schema [jobs.json-schema]', () => {
    const person = fromJsonSchema(PERSON);
    expect(jsonSchema('the tool', person)).toStrictEqual(PERSON);
    expect(jsonSchema('the tool', z.strictObject({ person }))).toMatchObject({ properties: { person: PERSON } });
  });

  test('is read as draft 2020-12: items beside prefixItems, unevaluated fields, references within it [jobs.json-schema]', () => {
    const pair = fromJsonSchema({
      prefixItems: [{ type: 'string' }, { $ref: '#/$defs/count' }],
      items: false,
      $defs: { count: { type: 'integer' } },
    });
    expect(pair.safeParse(['a', 1]).success).toBe(true);
    expect(pair.safeParse(['a', 1, 2]).success).toBe(false);
    expect(pair.safeParse(['a', 'b']).success).toBe(false);
  });

  test('may escape in a pattern what needs no escape, and is shown as it was written [jobs.json-schema]', () => {
    const schema = {
      properties: { tel: { type: 'string', pattern: String.raw`^\d{3}\-\d{4}$` } },
      patternProperties: { [String.raw`^\w+\-x$`]: { type: 'integer' } },
    };
    const made = fromJsonSchema(schema);
    expect(jsonSchema('the tool', made)).toStrictEqual(schema);
    expect(made.safeParse({ tel: '555-1234', 'a-x': 1 }).success).toBe(true);
    const parsed = made.safeParse({ tel: '5551234', 'a-x': 'b' });
    expect(parsed.success ? 'fits' : issuesOf(parsed.error)).toBe(
      String.raw`tel: must match pattern "^\d{3}\-\d{4}$"; a-x: must be integer`,
    );
  });

  test('does not take an inherited property for a field [jobs.json-schema]', () => {
    expect(fromJsonSchema({ type: 'object', required: ['toString'] }).safeParse({}).success).toBe(false);
  });

  test('lets nothing through when it refers to itself without end [jobs.json-schema]', () => {
    const parsed = fromJsonSchema({ $ref: '#' }).safeParse(1);
    expect(parsed.success ? 'fits' : issuesOf(parsed.error)).toMatch(
      /^the value: cannot be checked by its JSON Schema/,
    );
  });

  test('is refused when it cannot be compiled, in one sentence [jobs.json-schema]', () => {
    expect(() => fromJsonSchema({ $ref: 'https://example.invalid/other.json' })).toThrow(
      /^A JSON Schema \(draft 2020-12\) cannot be compiled: can't resolve reference https:\/\/example\.invalid\/other\.json/,
    );
    expect(() => fromJsonSchema({ type: 'text' })).toThrow(/^A JSON Schema \(draft 2020-12\) cannot be compiled: /);
  });
});

describe('a keyword that the draft does not know', () => {
  test.each<[string, JsonSchema, readonly unknown[], readonly unknown[]]>([
    ['`id`', { id: 'a', properties: { id: { id: 'b', type: 'integer' } } }, [{ id: 1 }], [{ id: 'a' }]],
    [
      '`id` beside a reference to a field',
      { id: 1, properties: { id: true, a: { $ref: '#/properties/id' } } },
      [{}],
      [],
    ],
    [
      'an `example` with what would be refused',
      { properties: { a: { type: 'integer', example: { nullable: true } } } },
      [{ a: 1 }],
      [{ a: null }],
    ],
    [
      '`example`s with one `$id`',
      { properties: { a: { example: { $id: 'x' }, type: 'integer' }, b: { example: { $id: 'x' } } } },
      [{ a: 1 }],
      [{ a: 'x' }],
    ],
    [
      'one that a reference leads through',
      { components: { 'a/b': { A: { type: 'integer' }, B: { nullable: true } } }, $ref: '#/components/a~1b/A' },
      [1],
      ['x'],
    ],
  ])('is a remark, such as %s [jobs.json-schema]', (...[, schema, fitting, wrong]) => {
    const made = fromJsonSchema(schema);
    expect(fitting.filter((value) => !made.safeParse(value).success)).toEqual([]);
    expect(wrong.filter((value) => made.safeParse(value).success)).toEqual([]);
    expect(jsonSchema('the tool', made)).toStrictEqual(schema);
  });

  test('is none where a reference leads to it [jobs.json-schema]', () => {
    const schema = { components: { a: { type: 'string', nullable: true } }, $ref: '#/components/a' };
    expect(() => fromJsonSchema(schema)).toThrow('A JSON Schema uses `nullable`, which is not checked exactly');
  });
});

describe('a schema that would not be checked exactly', () => {
  test.each<[string, JsonSchema]>([
    ['`$async`', { $async: true, type: 'string' }],
    ['`nullable`', { type: 'string', nullable: true }],
    ['`dependencies`', { dependencies: { a: ['b'] } }],
    ['`$dynamicRef`', { items: { $dynamicRef: '#item' }, $defs: { item: { $dynamicAnchor: 'item', type: 'string' } } }],
    ['`$vocabulary`', { $vocabulary: {} }],
    ['`unevaluatedItems` beside `contains`', { contains: { const: 1 }, unevaluatedItems: false }],
    ['`unevaluatedItems` beside `anyOf`', { unevaluatedItems: false, allOf: [{ anyOf: [{ items: true }] }] }],
    [
      '`unevaluatedProperties` beside an `if` without `then` and `else`',
      { if: { required: ['a'] }, else: { required: ['b'] }, unevaluatedProperties: false },
    ],
    ['a property named "__proto__"', JSON.parse('{"properties":{"__proto__":{"type":"number"}}}') as JsonSchema],
  ])('is refused where it uses %s, which is not checked exactly [jobs.json-schema]', (part, schema) => {
    expect(() => fromJsonSchema(schema)).toThrow(
      `A JSON Schema uses ${part}, which is not checked exactly; write it without.`,
    );
  });

  test('may have fields and values that are named like what is refused [jobs.json-schema]', () => {
    const schema = fromJsonSchema({
      properties: { $dynamicRef: { const: { $vocabulary: 1 } }, contains: { unevaluatedItems: false } },
      enum: [{ $dynamicRef: { $vocabulary: 1 } }],
    });
    expect(schema.safeParse({ $dynamicRef: { $vocabulary: 1 } }).success).toBe(true);
  });
});
