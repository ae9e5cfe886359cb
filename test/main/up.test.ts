import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');

/** A project that nobody has started yet, within the checkout, so that its jobs find the package by its name. */
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(ROOT, '.scratch-'));
  writeFileSync(join(folder, 'temporal.yaml'), 'jobs: [jobs/triage]\n');
  writeFileSync(join(folder, 'broken.json'), '{"message": ');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function up(args: readonly string[]): Promise<{ code: number | null; out: string; errors: string }> {
  const main = join(ROOT, 'cli/main.ts');
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
  const child = spawn(process.execPath, ['--conditions=holdfast-source', main, ...args], { cwd: folder, env });
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, errors };
}

test.each([
  { args: ['up', '--once'], code: 2, sentence: 'Unknown option "--once"' },
  { args: ['upp'], code: 2, sentence: 'Unknown command "upp"' },
  { args: ['up', '--run', 'triage'], code: 2, sentence: '--run takes NAME=FILE' },
  {
    args: ['up', '--run', 'triage=none.json'],
    code: 2,
    sentence: '--run triage names none.json, but there is no such',
  },
  { args: ['up', '--run', 'triage=broken.json'], code: 2, sentence: 'broken.json cannot be read as JSON' },
  { args: ['up', '--service', 'Desk=desk.ts'], code: 2, sentence: '--service takes NAME=FILE' },
  { args: ['up'], code: 3, sentence: 'The job folder "jobs/triage" has no job.ts' },
])('holdfast $args ends $code and starts nothing [up.bad-input]', async ({ args, code, sentence }) => {
  const ended = await up(args);
  expect({ code: ended.code, out: ended.out }).toEqual({ code, out: '' });
  expect(ended.errors).toMatch(/^holdfast: /);
  expect(ended.errors).toContain(sentence);
  expect(existsSync(join(folder, '.holdfast/processes.json'))).toBe(false);
});

test('without a temporal.yaml holdfast up names the fix [up.bad-input]', async () => {
  rmSync(join(folder, 'temporal.yaml'));
  const { code, errors } = await up(['up']);
  expect(code).toBe(3);
  expect(errors).toMatch(/^holdfast: There is no temporal\.yaml in .*make one with `holdfast init NAME`\.\n$/);
});

test('a run of a job that the project has not is refused before anything is started [up.bad-input]', async () => {
  cpSync(join(ROOT, 'scripts/init/template/jobs'), join(folder, 'jobs'), { recursive: true });
  writeFileSync(join(folder, 'other.json'), '{}');
  const { code, errors } = await up(['up', '--run', 'other=other.json']);
  expect(code).toBe(2);
  expect(errors).toMatch(/^holdfast: .*"other"/);
  expect(existsSync(join(folder, '.holdfast/processes.json'))).toBe(false);
});

test('holdfast alone, --help and --version answer on standard output [package.command]', async () => {
  const [alone, help, version] = await Promise.all([up([]), up(['--help']), up(['--version'])]);
  expect(alone).toMatchObject({ code: 0, errors: '' });
  expect(help).toEqual(alone);
  expect(help.out).toContain('make a project of your own in a new folder');
  expect(version).toEqual({ code: 0, out: '0.1.0\n', errors: '' });
});
