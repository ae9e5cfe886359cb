import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { isJobErrorCode } from '../domain/errors.ts';

const ROOT = dirname(import.meta.dirname);
const FIXTURES = join(ROOT, 'test/fixtures/plain');
const TEXT = readFileSync(join(ROOT, 'docs/existing-workers.md'), 'utf8');
const BLOCK = /^( *)```ts\n *\/\/ (\S+)\n([\s\S]*?)\n *```$/gm;

const run = promisify(execFile);

const blocks = [...TEXT.matchAll(BLOCK)].map(([, indent = '', file = '', code = '']) => ({
  file,
  code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
}));

// They are compiled with everything else, and run by the tests of the plugin.
test.each(blocks)('the page on existing workers shows $file as the tests run it [code.documents]', ({ file, code }) => {
  expect(`${code}\n`).toBe(readFileSync(join(FIXTURES, 'after', file), 'utf8'));
});

test('the page on existing workers shows every new file and the lines that change in the others [code.documents]', () => {
  expect(blocks.map(({ file }) => file)).toEqual(['provision.ts', 'holdfast.ts', 'steps.ts', 'client.ts', 'bundle.ts']);
  const [, diff = ''] = /```diff\n([\s\S]*?)```/.exec(TEXT) ?? [];
  const shown = diff.split('\n').filter((line) => /^[+-]/.test(line));
  const [before, after] = ['before', 'after'].map((folder) => linesOf(folder));
  const removed = before?.filter((line) => !after?.includes(line)).map((line) => `-${line}`);
  const added = after?.filter((line) => !before?.includes(line)).map((line) => `+${line}`);
  expect(shown.toSorted()).toEqual([...(added ?? []), ...(removed ?? [])].toSorted());
});

test('the codes on the page on existing workers are codes of the table [code.documents]', () => {
  const codes = [...TEXT.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, code = '']) => code);
  expect(codes).toHaveLength(6);
  expect(codes.filter((code) => !isJobErrorCode(code))).toEqual([]);
});

test('a bundle is made as the page on existing workers says, without a database [code.documents]', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bundle-'));
  try {
    const args = ['--conditions=holdfast-source', join(FIXTURES, 'after/bundle.ts'), join(folder, 'bundle.js')];
    await run(process.execPath, args, { env: { PATH: process.env['PATH'] } });
    const bundle = readFileSync(join(folder, 'bundle.js'), 'utf8');
    const parts = ['bookOrder', 'holdfast.governedCall', 'workflows/plain/interceptors.ts'];
    expect(parts.filter((part) => !bundle.includes(part))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function linesOf(folder: string): string[] {
  const files = ['worker.ts', 'workflows.ts'].map((file) => readFileSync(join(FIXTURES, folder, file), 'utf8'));
  return files.join('').split('\n');
}
