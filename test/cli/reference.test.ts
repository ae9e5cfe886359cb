import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createProgram } from '../../cli/program.ts';
import { referenceOf } from '../../cli/reference.ts';

const VERBS =
  'init up config doctor login logout whoami token jobs run runs show watch pause resume cancel signal question answer schedule'
    .split(' ')
    .concat('config check', 'check-deploy', 'token create', 'schedule create', 'schedule trigger', 'schedule delete');
const ROOT = join(import.meta.dirname, '../..');

test('docs/cli.md is what the commands say of themselves; `npm run docs` writes it [cli.reference]', () => {
  expect(readFileSync(join(ROOT, 'docs/cli.md'), 'utf8')).toBe(referenceOf(createProgram('')));
});

test('every verb is documented, and no line of its help is wider than 100 columns [cli.reference]', () => {
  const reference = referenceOf(createProgram(''));
  expect([...reference.matchAll(/^## holdfast (.+)$/gm)].map(([, verb]) => verb)).toEqual(
    expect.arrayContaining(VERBS),
  );
  expect(reference.split('\n').filter((line) => line.length > 100)).toEqual([]);
});
