import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { removeStack } from '../../stack/index.ts';
import { processesOf, untilNothingLeft } from '../stack/stack-parent.ts';

const ROOT = dirname(dirname(import.meta.dirname));
const LIMIT_MS = 180_000;
const LEAVES_WITHIN_MS = 15_000;

// A user's project, which has a stack of its own.
const project = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-rehearse-')));
const home = join(project, '.holdfast/testing');
const children = new Set<ChildProcess>();

beforeAll(() => {
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(ROOT, join(project, 'node_modules/holdfast'));
  symlinkSync(join(ROOT, 'node_modules/zod'), join(project, 'node_modules/zod'));
  symlinkSync(join(ROOT, 'node_modules/@jest'), join(project, 'node_modules/@jest'));
  cpSync(join(import.meta.dirname, 'errand'), join(project, 'errand'), { recursive: true });
  write('package.json', JSON.stringify({ name: 'of-a-user', type: 'module' }));
  write('node.test.ts', testOf("import { test } from 'node:test';"));
  write('one.jest.ts', testOf("import { test } from '@jest/globals';"));
  write('two.jest.ts', testOf("import { test } from '@jest/globals';"));
  write('loop.ts', `${IMPORTS}for (;;) { await rehearse(errand, right); process.stdout.write('rehearsed\\n'); }\n`);
  write('jest.config.json', JSON.stringify(JEST));
});

afterEach(async () => {
  for (const { pid } of children) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  await untilNothingLeft(home, LEAVES_WITHIN_MS);
});

afterAll(() => {
  removeStack(home);
  rmSync(project, { recursive: true, force: true });
});

const IMPORTS = `import assert from 'node:assert/strict';
import { rehearse } from 'holdfast/testing';
import { errand } from './errand/job.ts';
import { right } from './errand/right.ts';
`;

const JEST = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/*.jest.ts'],
  testTimeout: 120_000,
  testEnvironmentOptions: { customExportConditions: ['holdfast-source', 'node', 'node-addons'] },
  transform: {
    '^.+\\.ts$': [
      join(ROOT, 'node_modules/@swc/jest'),
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
};

function testOf(imported: string): string {
  return `${imported}
${IMPORTS}
for (const name of ['first', 'second']) {
  test(name, async () => {
    const { status, effects } = await rehearse(errand, right);
    assert.deepEqual([status, effects.map(({ times }) => times)], ['completed', [1]]);
  });
}
`;
}

function write(file: string, text: string): void {
  writeFileSync(join(project, file), text);
}

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; output: string }>;
  /** Waits until it has said so many times more that it has rehearsed. */
  rehearsed(more: number): Promise<void>;
}

function node(...args: readonly string[]): Run {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--conditions=holdfast-source', ...args], {
    cwd: project,
    env: { PATH, HOME },
    // A group of its own, so that a test that fails leaves none of its children behind.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([code]: (number | null)[]) => {
    children.delete(child);
    return { code: code ?? null, output };
  });
  const count = (): number => output.split('rehearsed\n').length - 1;
  const rehearsed = async (more: number): Promise<void> => {
    const wanted = count() + more;
    while (count() < wanted) {
      if (child.exitCode !== null) throw new Error(output);
      await delay(20);
    }
  };
  return { child, ended, rehearsed };
}

// The database of root lies outside of the project, the workers run in it.
async function expectNothingLeft(): Promise<void> {
  const found = await Promise.all([home, project].map((folder) => untilNothingLeft(folder, LEAVES_WITHIN_MS)));
  expect(found.flatMap(({ left }) => left)).toEqual([]);
}

test(
  'node --test brings the stack up, ends by itself and leaves nothing behind [testing.ends]',
  async () => {
    const { code, output } = await node('--test', 'node.test.ts').ended;
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/pass 2\b/) });
    await expectNothingLeft();
  },
  LIMIT_MS,
);

test(
  'Jest ends by itself after several files of one process, and leaves nothing behind [testing.ends]',
  async () => {
    const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
    const { code, output } = await node('--experimental-vm-modules', jest, '-i', '-c', 'jest.config.json').ended;
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('4 passed') });
    expect(output).not.toMatch(/did not exit|failed to exit|open handle/i);
    await expectNothingLeft();
  },
  LIMIT_MS,
);

test(
  'two processes share one stack, which outlives the one that is killed and not the other [testing.ends]',
  async () => {
    const [one, two] = [node('loop.ts'), node('loop.ts')];
    await Promise.all([one.rehearsed(1), two.rehearsed(1)]);
    expect(processesOf(home).filter((text) => text.includes('stack/supervisor'))).toHaveLength(1);
    one.child.kill('SIGKILL');
    await one.ended;
    await two.rehearsed(3);
    two.child.kill('SIGKILL');
    await two.ended;
    await expectNothingLeft();
  },
  LIMIT_MS,
);
