import { describe, expect, test } from '@jest/globals';
import { fromJsonSchema, type JsonSchema } from '../../../jobs/json-schema/from-json-schema.ts';
import { issuesOf } from '../../../jobs/parse-as.ts';

const TOO_MUCH =
  'the value: cannot be checked by its JSON Schema: it takes more than 5000000 steps; send less, or shorter texts';

function said(schema: JsonSchema, value: unknown): string {
  const parsed = fromJsonSchema(schema).safeParse(value);
  return parsed.success ? 'fits' : issuesOf(parsed.error);
}

describe('a pattern is tried in steady time', () => {
  test.each([
    ['^(a+)+$', 'a'.repeat(50_000)],
    ['^(a|a)*$', 'a'.repeat(50_000)],
    ['^(?:a|ab|b)*$', 'ab'.repeat(20_000)],
    ['(x+x+)+y', 'x'.repeat(20_000)],
    ['^(?=(a*)*b)', 'a'.repeat(20_000)],
    ['\\s+$', ' '.repeat(50_000) + 'a'.repeat(2)],
  ])('%s says at once of a long text that it does not fit [jobs.json-schema]', (pattern, text) => {
    const wrong = `${text}!`;
    expect(said({ pattern }, wrong)).toBe(`the value: must match pattern "${pattern}"`);
    const named = { patternProperties: { [pattern]: false } };
    expect(said(named, { [wrong]: 1 })).toBe('fits');
  });

  test.each([
    ['^[a-z0-9-]+$', 'a-1', 'A'],
    ['^\\d{4}-\\d{2}-\\d{2}$', '2026-01-31', '2026-1-31'],
    ['^(?:[A-Z]{2})?\\d+$', 'DE12', 'D12'],
    ['^[^@\\s]+@[^@\\s]+\\.[a-z]+$', 'ada@example.com', 'ada@example'],
    ['^(?=.*[A-Z])(?!.*\\s).{8,}$', 'Password', 'pass word'],
    ['^(?:\\d{1,3}\\.){3}\\d{1,3}$', '127.0.0.1', '127.0.1'],
    ['^\\p{L}+(?:[ -]\\p{L}+)*$', 'Ada Löw', 'Ada  Löw'],
    ['^.{1,9000}$', '😀'.repeat(9_000), ''],
    ['^(?<year>\\d{4})/(?:0[1-9]|1[0-2])$', '2026/12', '2026/13'],
    ['\\bVAT\\b', 'the VAT id', 'VATs'],
  ])('%s is taken as everywhere [jobs.json-schema]', (pattern, fitting, wrong) => {
    expect(said({ pattern }, fitting)).toBe('fits');
    expect(said({ pattern }, wrong)).toBe(`the value: must match pattern "${pattern}"`);
  });

  test.each([
    ['^(a)\\1$', 'the back-reference \\1'],
    ['^(?<x>a)\\k<x>$', 'the back-reference \\k<x>'],
    ['(?<=a)b', 'the look-behind (?<=…)'],
    ['(?<!a)b', 'the look-behind (?<!…)'],
    ['(?i:a)b', 'the flags (?i:…)'],
    ['^((a{1,100}){1,100}){1,100}$', 'counts that repeat it to more than 10000 parts'],
  ])('%s is refused where it is declared [jobs.json-schema]', (pattern, part) => {
    const sentence = `A JSON Schema has the pattern "${pattern}" with ${part}, which may take without end to try; write it without.`;
    expect(() => fromJsonSchema({ properties: { a: { pattern } } })).toThrow(sentence);
    expect(() => fromJsonSchema({ patternProperties: { [pattern]: true } })).toThrow(sentence);
  });

  test('a text that would take too long is refused with a sentence [jobs.json-schema]', () => {
    expect(said({ pattern: '^(a{0,90}b){0,90}$' }, `${'a'.repeat(80)}b`.repeat(1_000))).toBe(TOO_MUCH);
  });
});

describe('a value is checked in bounded work', () => {
  const DOUBLED: JsonSchema = Object.fromEntries(
    Array.from({ length: 40 }, (_, index): [string, JsonSchema] => {
      const next = { $ref: `#/$defs/${index + 1}` };
      return [`${index}`, { allOf: [next, next] }];
    }),
  );

  test('references that double with each step are refused with a sentence [jobs.json-schema]', () => {
    const schema = { $ref: '#/$defs/0', $defs: { ...DOUBLED, 40: { type: 'string' } } };
    expect(said(schema, 'a')).toBe(TOO_MUCH);
  });

  test('references that double with each level of the value are refused with a sentence [jobs.json-schema]', () => {
    const schema = { items: { allOf: [{ $ref: '#' }, { $ref: '#' }] } };
    const deep = JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) as unknown;
    expect(said(schema, [[[]]])).toBe('fits');
    expect(said(schema, deep)).toBe(TOO_MUCH);
  });

  test('a large value goes through references of its own kind [jobs.json-schema]', () => {
    const node = { properties: { id: { type: 'integer' }, parts: { type: 'array', items: { $ref: '#' } } } };
    const leaves = Array.from({ length: 20_000 }, (_, id) => ({ id, parts: [] }));
    expect(said(node, { id: 1, parts: leaves })).toBe('fits');
    expect(said(node, { id: 1, parts: [...leaves, { id: 'x' }] })).toBe('parts.20000.id: must be integer');
  });

  test('very many objects are told apart, and equal ones found [jobs.json-schema]', () => {
    const many = Array.from({ length: 100_000 }, (_, id) => ({ id }));
    expect(said({ uniqueItems: true }, many)).toBe('fits');
    expect(said({ uniqueItems: true }, [...many, { id: 7 }])).toMatch(/items ## 7 and 100000 are identical/);
  });

  test('each value has as much work of its own [jobs.json-schema]', () => {
    const schema = fromJsonSchema({ pattern: '^(a|b)+$' });
    const text = 'ab'.repeat(100_000);
    expect([1, 2, 3, 4].map(() => schema.safeParse(text).success)).toEqual([true, true, true, true]);
  });
});
