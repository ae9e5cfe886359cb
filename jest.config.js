import { existsSync } from 'node:fs';

// Tests in these folders, and those right in test/, need no stack and start none when they run without others.
const WITHOUT_STACK = ['domain', 'config', 'jobs', 'scripts', 'stack/simulated-model'];

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

/**
 * A hook of the whole suite, when it is there.
 * @param {'globalSetup' | 'globalTeardown'} name
 * @param {string} file
 */
function hook(name, file) {
  return existsSync(new URL(file, import.meta.url)) ? { [name]: `<rootDir>/${file}` } : {};
}

export default {
  // The stack under test needs the other cores.
  maxWorkers: 2,
  testTimeout: 60_000,
  projects: [
    {
      ...shared,
      displayName: 'alone',
      testMatch: [
        '<rootDir>/test/*.test.ts',
        ...WITHOUT_STACK.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
      ],
    },
    {
      ...shared,
      displayName: 'stack',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/[^/]+$', ...WITHOUT_STACK.map((folder) => `<rootDir>/test/${folder}/`)],
      ...hook('globalSetup', './test/stack-setup.ts'),
      ...hook('globalTeardown', './test/stack-teardown.ts'),
    },
  ],
};
