import { expect, test } from '@jest/globals';
import { dialectRemarks, draftSchemaOf } from '../../../evals/replay/draft-schema.ts';

test('the keywords of other dialects are left out of a recorded schema, and no name or value is [eval.toolcalls]', () => {
  const value = { nullable: true, $schema: 'x', dependencies: {} };
  const kept = {
    properties: { nullable: { const: value, default: value }, dependencies: { enum: [value], examples: [value] } },
    required: ['nullable'],
    example: value,
    items: false,
  };
  const recorded = {
    ...kept,
    $schema: 'http://json-schema.org/draft-07/schema#',
    $async: true,
    dependencies: { nullable: ['dependencies'] },
    properties: { ...kept.properties, nullable: { ...kept.properties.nullable, nullable: true } },
  };
  expect(draftSchemaOf(recorded)).toEqual({ schema: kept, without: ['nullable', '$schema', '$async', 'dependencies'] });
  expect(dialectRemarks([{ name: 'look', parameters: recorded }])).toEqual([
    'The tool "look" is taken without what is not of draft 2020-12: `nullable`, `$schema`, `$async`, `dependencies`.',
  ]);
});

test('a recorded schema of the draft stays whole [eval.toolcalls]', () => {
  const recorded = { $schema: 'https://json-schema.org/draft/2020-12/schema', $ref: '#/$defs/a', $defs: { a: true } };
  expect(draftSchemaOf(recorded)).toEqual({ schema: recorded, without: [] });
  expect(dialectRemarks([{ name: 'look', parameters: recorded }])).toEqual([]);
});
