import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readToolcalls } from '../../../evals/toolcalls/data.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-toolcalls-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, value: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(value));
}

test('a call that its validator did not confirm as invalid is no invalid call [eval.toolcalls]', async () => {
  const variant = (kind: string, confirmed?: boolean): object => ({
    kind,
    name: 'area',
    arguments: {},
    ...(confirmed === undefined ? {} : { confirmed_invalid: confirmed }),
  });
  const invalid = [variant('enum', true), variant('wrong_type', false), variant('missing_required')];
  write('bfcl.json', { tools: {}, cases: [{ id: 'a', user: '', tools: [], calls: [], invalid }] });
  const { bfcl } = await readToolcalls(folder);
  expect(bfcl.cases[0]?.invalid.map(({ kind }) => kind)).toEqual(['enum', 'missing_required']);
});
