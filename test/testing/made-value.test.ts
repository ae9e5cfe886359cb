import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { Json } from '../../domain/canonical.ts';
import { jsonSchema } from '../../jobs/definition.ts';
import { madeValue } from '../../testing/made-value.ts';

interface Tree {
  readonly name: string;
  readonly children: readonly Tree[];
}
const Tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), children: z.array(Tree) }));

function made(schema: z.ZodType, given: Json = {}, seed = '0123abcd'): Json {
  return madeValue(jsonSchema('a test', schema), { given, seed });
}

describe('a value that is made from a schema', () => {
  test.each<[string, z.ZodType]>([
    ['texts', z.object({ plain: z.string(), short: z.string().max(4), long: z.string().min(30) })],
    ['formats', z.object({ mail: z.email(), id: z.uuid(), on: z.iso.date(), at: z.iso.datetime(), url: z.url() })],
    ['patterns', z.object({ amount: z.string().regex(/^\d+\.\d{2}$/), currency: z.string().regex(/^[A-Z]{3}$/) })],
    ['numbers', z.object({ seats: z.int().min(2), below: z.number().lt(0), share: z.number().gt(0).max(0.5) })],
    ['steps', z.object({ by: z.number().multipleOf(5), above: z.int().gt(10).lt(12) })],
    ['choices', z.object({ kind: z.enum(['a', 'b']), is: z.literal(7), either: z.union([z.number(), z.string()]) })],
    [
      'variants',
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('one'), n: z.int() }),
        z.object({ kind: z.literal('two') }),
      ]),
    ],
    [
      'absence',
      z.object({ maybe: z.string().optional(), none: z.string().nullable(), all: z.unknown(), no: z.null() }),
    ],
    ['lists', z.object({ some: z.array(z.object({ id: z.string() })).min(2), pair: z.tuple([z.string(), z.int()]) })],
    ['records', z.object({ by: z.record(z.string(), z.int()), flag: z.boolean(), or: z.string().default('x') })],
    ['itself', z.object({ pageOf: z.array(z.strictObject({ name: z.string() })) })],
  ])('fits it: %s [testing.real]', (_, schema) => {
    expect(schema.safeParse(made(schema))).toMatchObject({ success: true });
  });

  test('ends where a schema names itself [testing.real]', () => {
    expect(JSON.stringify(made(Tree)).length).toBeLessThan(2_000);
  });

  test('takes what was sent under the same name, where it is of the kind [testing.real]', () => {
    const schema = z.object({ id: z.string(), title: z.string(), count: z.int(), kind: z.enum(['a', 'b']) });
    expect(made(schema, { title: 'Lift', count: 'many', kind: 'b' })).toEqual({
      id: 'id-0123abcd',
      title: 'Lift',
      count: 1,
      kind: 'b',
    });
  });

  test('is the same for the same seed, and another one for another [testing.real]', () => {
    const schema = z.object({ id: z.string() });
    expect([made(schema), made(schema), made(schema, {}, 'ffff')]).toEqual([
      { id: 'id-0123abcd' },
      { id: 'id-0123abcd' },
      { id: 'id-ffff' },
    ]);
  });
});
