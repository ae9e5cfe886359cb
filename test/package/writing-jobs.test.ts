import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/writing-jobs.md'), 'utf8');
const FILE = /```(?:ts|md|yaml)\n(?:\/\/|#|<!--) (\S+)(?: -->)?\n([\s\S]*?)```/g;
const ENOUGH_MS = 90_000;

const run = promisify(execFile);
const files = [...PAGE.matchAll(FILE)].map(([, path = '', code = '']) => ({ path, code }));

/** Within the checkout, so that its code finds the package by its name. */
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(ROOT, '.scratch-'));
  for (const { path, code } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), code);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test(
  'the code of the page on writing jobs compiles [package.code-compiles]',
  async () => {
    const project = join(folder, 'tsconfig.json');
    writeFileSync(project, JSON.stringify({ extends: '../tsconfig.json', include: ['jobs', 'test'], exclude: [] }));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [tsc, '-p', project, '--listFilesOnly']);
    const compiled = stdout.split('\n').filter((file) => file.includes(folder));
    expect(compiled).toHaveLength(files.filter(({ path }) => path.endsWith('.ts')).length);
    await expect(run(process.execPath, [tsc, '-p', project])).resolves.toMatchObject({ stdout: '' });
  },
  ENOUGH_MS,
);

test('the jobs of the page on writing jobs register [package.code-compiles]', async () => {
  const args = ['--conditions=holdfast-source', join(ROOT, 'main/config-check.ts'), folder, '--json'];
  const { stdout } = await run(process.execPath, args, { env: { PATH: process.env['PATH'], BANK_TOKEN: 'one' } });
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    problems: [],
    jobs: [{ name: 'refund' }, { name: 'refund-day' }],
  });
});
