import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { configJsonSchema, JSON_SCHEMA_FILE } from '../../config/json-schema.ts';

const ROOT = join(import.meta.dirname, '../..');
const YAML = readFileSync(join(ROOT, 'temporal.yaml'), 'utf8');
// Prose starts with a capital letter.
const COMMENTED_KEY = /^( *)# ( *(?:- )?[a-z][A-Za-z]*:.*)$/gm;

const validate = new Ajv({ allErrors: true, formats: { date: /^\d{4}-\d{2}-\d{2}$/ } }).compile(
  JSON.parse(configJsonSchema()) as object,
);

/** What an editor would underline: the place and what is wrong there. */
function complaints(yaml: string): readonly string[] {
  validate(parse(yaml));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`.trim());
}

test('temporal.schema.json is what the schema of the configuration gives: `npm run config-check -- --schema` writes it [config.schema]', () => {
  expect(readFileSync(join(ROOT, JSON_SCHEMA_FILE), 'utf8')).toBe(configJsonSchema());
});

test('temporal.yaml names its schema in its first line and fits it, also with its examples uncommented [config.schema]', () => {
  expect(YAML.split('\n')[0]).toBe(`# yaml-language-server: $schema=./${JSON_SCHEMA_FILE}`);
  expect(complaints(YAML)).toEqual([]);
  expect(complaints(YAML.replaceAll(COMMENTED_KEY, '$1$2'))).toEqual([]);
});

test.each([
  ['an unknown key', 'wrokers: {}', ['must NOT have additional properties']],
  ['a number out of bounds', 'workers: { processes: 65 }', ['/workers/processes must be <= 64']],
  ['a missing key', 'systems: { books: {} }', ["/systems/books must have required property 'address'"]],
  ['a word that is no layout', 'layout: both', ['/layout must be equal to one of the allowed values']],
])('the schema complains about %s [config.schema]', (_name, yaml, found) => {
  expect(complaints(yaml)).toEqual(found);
});

test('every key has a description for editors to show [config.schema]', () => {
  expect(undescribed(JSON.parse(configJsonSchema()), '')).toEqual([]);
});

function undescribed(schema: unknown, path: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, items, additionalProperties } = schema as Record<string, object>;
  const own = Object.entries(properties).flatMap(([key, value]) => [
    ...('description' in value ? [] : [`${path}${key}`]),
    ...undescribed(value, `${path}${key}.`),
  ]);
  return [...own, ...undescribed(items, path), ...undescribed(additionalProperties, path)];
}
