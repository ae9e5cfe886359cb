import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { citedInComments, citedInTitles } from './citations.ts';
import { PLANNED } from './planned.ts';
import { PROMISES } from './requirements.ts';

const ROOT = dirname(import.meta.dirname);
const THIS_FILE = 'requirements.test.ts';
const SENTENCE = /^[A-Z][^\n]{15,110}\.$/;

const all = [...Object.entries(PROMISES), ...Object.entries(PLANNED)];
const citations = [
  ...citationsIn('test', /(?<!requirements)\.test\.ts$/, citedInTitles),
  ...citationsIn('test', /\.type-test\.ts$/, citedInComments),
  ...citationsIn('bench', /\.ts$/, citedInComments),
  ...citationsIn('evals', /\.ts$/, citedInComments),
  { id: 'code.promises', file: THIS_FILE },
];

test('every promise is cited by a test or a benchmark [code.promises]', () => {
  const cited = new Set(citations.map(({ id }) => id));
  expect(Object.keys(PROMISES).filter((id) => !cited.has(id))).toEqual([]);
});

test('a promise that is cited is no longer planned [code.promises]', () => {
  expect(citations.filter(({ id }) => Object.hasOwn(PLANNED, id))).toEqual([]);
});

test('no citation names an unknown promise [code.promises]', () => {
  const ids = all.map(([id]) => id);
  expect(citations.filter(({ id }) => !ids.includes(id))).toEqual([]);
});

test('every promise has an id and a sentence of its own [code.promises]', () => {
  expect(new Set(all.map(([id]) => id)).size).toBe(all.length);
  expect(new Set(all.map(([, sentence]) => sentence)).size).toBe(all.length);
  expect(all.filter(([, sentence]) => !SENTENCE.test(sentence))).toEqual([]);
});

test('no promise leans on a document or an issue [code.promises]', () => {
  expect(all.filter(([, sentence]) => /§|#\d|\b(design|issue|section|style)\b/i.test(sentence))).toEqual([]);
});

test('a test cites at the end of its title, several ids too, and reading a member is no citation [code.promises]', () => {
  const text =
    "test('counts [gate.outage] [gate.roles]', () => known[issue.path]); test(`x [model.cleared]`); // [cost.time]";
  expect(citedInTitles(text)).toEqual(['gate.outage', 'gate.roles', 'model.cleared']);
});

test('a benchmark cites in its comments and nowhere else [code.promises]', () => {
  const text = '/** Shows\n * [cost.time]. */\nconst a = b[c.d]; // and [cost.events]\n';
  expect(citedInComments(text)).toEqual(['cost.time', 'cost.events']);
});

function citationsIn(
  folder: string,
  name: RegExp,
  cited: (text: string) => readonly string[],
): readonly { id: string; file: string }[] {
  if (!existsSync(join(ROOT, folder))) return [];
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((file) =>
    name.test(file),
  );
  return files.flatMap((file) => cited(readFileSync(join(ROOT, folder, file), 'utf8')).map((id) => ({ id, file })));
}
