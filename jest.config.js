import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = import.meta.dirname;
const SHARED_STACK = join(root, 'test/stack-addresses.ts');

/**
 * Whether a test reaches the shared stack through its imports. The stack starts only when such a test runs.
 * @param {string} file
 * @param {Set<string>} seen
 * @returns {boolean}
 */
function needsStack(file, seen = new Set()) {
  if (file === SHARED_STACK) return true;
  if (seen.has(file) || !file.startsWith(join(root, 'test')) || !existsSync(file)) return false;
  seen.add(file);
  const imports = readFileSync(file, 'utf8').matchAll(/ from '(\.[^']+)'/g);
  return [...imports].some(([, name = '']) => needsStack(resolve(dirname(file), name), seen));
}

const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => ({ pattern: `<rootDir>/test/${name}`, stack: needsStack(join(root, 'test', name)) }));

const shared = {
  testEnvironment: 'node',
  // Both this and `--experimental-vm-modules` (scripts/run-tests.js) are what makes Jest load ES modules.
  extensionsToTreatAsEsm: ['.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.holdfast/'],
  testEnvironmentOptions: { customExportConditions: ['holdfast-source', 'node', 'node-addons'] },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};

export default {
  // Each brings processes of its own. Three at a time take 957 s on two cores instead of 1,028, and keep both so busy that what has
  // a second to answer may miss it.
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/longest-first.ts',
  testTimeout: 60_000,
  projects: [
    {
      ...shared,
      displayName: 'alone',
      testMatch: tests.filter(({ stack }) => !stack).map(({ pattern }) => pattern),
    },
    {
      ...shared,
      displayName: 'stack',
      testMatch: tests.filter(({ stack }) => stack).map(({ pattern }) => pattern),
      globalSetup: '<rootDir>/test/stack-setup.ts',
      globalTeardown: '<rootDir>/test/stack-teardown.ts',
    },
  ],
};
