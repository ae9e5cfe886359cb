import { defineConfig } from 'oxlint';
import { WITHOUT_CONNECTIONS } from './oxlint.imports.ts';

const THROUGH_THE_GATE = 'Everything is sent through the gate: use the `http` or `fetch` that is handed in.';
const CONNECTING_GLOBALS: ['error', { globals: { name: string; message: string }[]; checkGlobalObject: boolean }] = [
  'error',
  {
    globals: ['fetch', 'WebSocket', 'EventSource'].map((name) => ({ name, message: THROUGH_THE_GATE })),
    checkGlobalObject: true,
  },
];

// Found under this name by the linter alone. Type-aware rules come from oxlint-tsgolint.
export default defineConfig({
  plugins: ['import', 'typescript', 'unicorn', 'oxc', 'promise'],
  jsPlugins: ['./oxlint.plugin.ts'],
  options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
  categories: { correctness: 'error' },
  ignorePatterns: ['node_modules', 'dist/', '.holdfast/', 'coverage/'],
  rules: {
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-type-imports': 'error',
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'no-console': 'error',
    'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
    'max-lines-per-function': ['error', 50],
    'max-lines': ['error', 300],
    'max-depth': ['error', 3],
    'max-params': ['error', 3],
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'holdfast/imports': 'error',
    'holdfast/documented-exports': 'error',
    'holdfast/reasoned-disable': 'error',
  },
  overrides: [
    ...WITHOUT_CONNECTIONS.map((files) => ({ ...files, rules: { 'no-restricted-globals': CONNECTING_GLOBALS } })),
    {
      files: ['test/**'],
      plugins: ['import', 'typescript', 'unicorn', 'oxc', 'promise', 'jest'],
      rules: {
        'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'fc.assert'] }],
        'jest/no-conditional-expect': 'error',
        'jest/no-disabled-tests': 'error',
        'jest/no-focused-tests': 'error',
        'jest/no-identical-title': 'error',
        'jest/require-to-throw-message': 'error',
        'jest/valid-title': ['error', { mustNotMatch: { test: '\\bshould\\b' } }],
      },
    },
    { files: ['cli/**'], rules: { 'no-console': 'off' } },
    // The runner of Node waits for its tests by itself.
    { files: ['scripts/init/template/test/**'], rules: { 'typescript/no-floating-promises': 'off' } },
    // These tools read a default export.
    { files: ['*.config.*', 'oxlint.plugin.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
});
