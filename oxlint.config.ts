import { defineConfig } from 'oxlint';
import { importOverrides } from './oxlint.imports.ts';

// Found under this name by the linter alone. Type-aware rules come from oxlint-tsgolint.
export default defineConfig({
  plugins: ['import', 'typescript', 'unicorn', 'oxc', 'promise'],
  jsPlugins: ['./oxlint.plugin.ts'],
  options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
  categories: { correctness: 'error' },
  ignorePatterns: ['dist/', '.holdfast/', 'coverage/'],
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
    'max-lines-per-function': ['error', 50],
    'max-lines': ['error', 300],
    'max-depth': ['error', 3],
    'max-params': ['error', 3],
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'holdfast/documented-exports': 'error',
    'holdfast/reasoned-disable': 'error',
  },
  overrides: [
    ...importOverrides(),
    {
      files: ['test/**'],
      plugins: ['import', 'typescript', 'unicorn', 'oxc', 'promise', 'jest'],
      rules: {
        'jest/expect-expect': 'error',
        'jest/no-conditional-expect': 'error',
        'jest/no-disabled-tests': 'error',
        'jest/no-focused-tests': 'error',
        'jest/no-identical-title': 'error',
        'jest/require-to-throw-message': 'error',
        'jest/valid-title': ['error', { mustNotMatch: { test: '\\bshould\\b' } }],
      },
    },
    { files: ['cli/**'], rules: { 'no-console': 'off' } },
    // These tools read a default export.
    { files: ['*.config.*', 'oxlint.plugin.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
});
