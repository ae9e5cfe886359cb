import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');

/** A folder that holds projects and, in its node_modules, the package as npm installs it. */
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-command-'));
  for (const name of ['scripts', 'package.json']) {
    cpSync(join(ROOT, name), join(folder, 'node_modules/holdfast', name), { recursive: true });
  }
  write('package.json', '{"dependencies":{"holdfast":"file:../holdfast-0.1.0.tgz"}}');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, content: string): string {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
  return join(folder, path);
}

function read(path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

/** A Node that says how it was called, and ends with 7. */
function writeNode(path: string): void {
  chmodSync(write(path, '#!/bin/sh\necho "node of $PWD: $*"\nexit 7\n'), 0o755);
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

async function holdfast(args: readonly string[], here = '.'): Promise<Ended> {
  const script = join(folder, 'node_modules/holdfast/scripts/holdfast.js');
  const child = spawn(process.execPath, [script, ...args], { cwd: join(folder, here), env: { HOME: folder } });
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, errors };
}

test('init makes a project whose Holdfast, Node and zod are those that made it [package.init]', async () => {
  expect(await holdfast(['init', 'hello'])).toMatchObject({ code: 0, errors: '' });
  const ours = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: { zod: string };
    devDependencies: { node: string };
  };
  expect(JSON.parse(read('hello/package.json'))).toMatchObject({
    name: 'hello',
    dependencies: { holdfast: 'file:../../holdfast-0.1.0.tgz', zod: ours.dependencies.zod },
    devDependencies: { node: ours.devDependencies.node },
    allowScripts: { node: true },
  });
  for (const path of ['.gitignore', 'tsconfig.json', 'jobs/triage/triage.md', 'test/triage.test.ts']) {
    expect(existsSync(join(folder, 'hello', path))).toBe(true);
  }
  expect(read('hello/README.md')).toMatch(/^# hello\n/);
  expect(read('hello/README.md')).not.toContain('{{');
});

test('a project names a Holdfast from a registry as the project does that has it, else by its version [package.init]', async () => {
  write('package.json', '{"devDependencies":{"holdfast":"~0.1.0"}}');
  await holdfast(['init', 'one']);
  expect(read('one/package.json')).toContain('"holdfast": "~0.1.0"');
  rmSync(join(folder, 'package.json'));
  await holdfast(['init', 'two']);
  expect(read('two/package.json')).toContain('"holdfast": "^0.1.0"');
});

test.each([
  { args: [], sentence: 'the form is: holdfast init NAME' },
  { args: ['one', 'two'], sentence: 'the form is: holdfast init NAME' },
  { args: ['Hello'], sentence: '"Hello" cannot be the name of a project; use up to 64 lower-case letters' },
  { args: ['../hello'], sentence: '"../hello" cannot be the name of a project' },
  { args: ['zod'], sentence: '"zod" is the name of a package that the project may need; choose another name' },
  { args: ['taken'], sentence: 'the folder taken exists and is not empty; choose another name' },
  { args: ['file'], sentence: 'file exists and is no folder that can be read; choose another name' },
])('init $args is refused in one sentence and writes nothing [package.init]', async ({ args, sentence }) => {
  write('taken/notes.txt', 'mine');
  write('file', 'mine');
  const { code, out, errors } = await holdfast(['init', ...args]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(errors).toContain(`holdfast: ${sentence}`);
  expect(errors.trim().split('\n')).toHaveLength(1);
  expect(existsSync(join(folder, 'taken/package.json'))).toBe(false);
});

test('a folder that cannot be written ends init with one sentence and exit code 3 [package.init]', async () => {
  // A link to nowhere: nothing is there, and nothing can be made.
  symlinkSync('/proc/nowhere', join(folder, 'hello'));
  const { code, errors } = await holdfast(['init', 'hello']);
  expect(code).toBe(3);
  expect(errors).toMatch(/^holdfast: the folder hello cannot be written \(.*\); make it where you may write\n$/);
});

test('an empty folder of that name is taken [package.init]', async () => {
  mkdirSync(join(folder, 'hello'));
  expect(await holdfast(['init', 'hello'])).toMatchObject({ code: 0 });
  expect(existsSync(join(folder, 'hello/package.json'))).toBe(true);
});

test('all else runs under the Node of the nearest project, from the build, and keeps the exit code [package.command]', async () => {
  writeNode('project/node_modules/node/bin/node');
  mkdirSync(join(folder, 'project/jobs'));
  const { code, out } = await holdfast(['up', '--verbose'], 'project/jobs');
  expect(code).toBe(7);
  const main = join(folder, 'node_modules/holdfast/dist/cli/main.js');
  expect(out).toBe(
    `node of ${join(folder, 'project/jobs')}: --disable-warning=ExperimentalWarning ${main} up --verbose\n`,
  );
});

test('without a Node of the project the one beside Holdfast is taken, in a checkout from the sources [package.command]', async () => {
  writeNode('node_modules/node/bin/node');
  const main = write('node_modules/holdfast/cli/main.ts', '');
  mkdirSync(join(folder, 'elsewhere'));
  const { out } = await holdfast(['--help'], 'elsewhere');
  expect(out).toContain(`--conditions=holdfast-source --disable-warning=ExperimentalWarning ${main} --help\n`);
});

test('without any Node 24 one sentence says how to get it, with exit code 3 [package.command]', async () => {
  const { code, out, errors } = await holdfast(['up']);
  expect({ code, out }).toEqual({ code: 3, out: '' });
  expect(errors).toMatch(/^holdfast: Node 24\.\d+\.\d+ is not below node_modules here; add .* then start again\n$/);
});
