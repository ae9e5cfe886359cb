/** Packages and modules that every folder is probed with. */
export const PACKAGES: readonly string[] = (
  'zod ajv/dist/2020.js canonicalize big.js yaml pg kysely undici openai pino fast-xml-parser left-pad holdfast holdfast/client ' +
  '@temporalio/client @temporalio/workflow @temporalio/activity @temporalio/worker @temporalio/common ' +
  'node:fs node:fs/promises node:crypto node:http node:https node:net'
).split(' ');

const ALL = PACKAGES.join(' ');
const NODE = 'node:fs node:fs/promises node:crypto node:http node:https node:net';
const NODE_WITHOUT_CONNECTIONS = 'node:fs node:fs/promises node:crypto';
const TEMPORAL = '@temporalio/client @temporalio/workflow @temporalio/activity @temporalio/worker @temporalio/common';

/** What a folder may import, in the order of {@link IMPORTS_OF_FOLDERS} and {@link PACKAGES}. */
interface FolderCase {
  readonly values: string;
  /** Of these it may import types and nothing else. */
  readonly types?: string;
  readonly packages: string;
}

/** The whole table, folder by folder. */
export const IMPORTS_OF_FOLDERS: Readonly<Record<string, FolderCase>> = {
  domain: { values: '', packages: 'canonicalize big.js' },
  jobs: { values: 'domain', packages: `zod ajv/dist/2020.js ${NODE_WITHOUT_CONNECTIONS}` },
  config: { values: 'domain', packages: `zod yaml ${NODE}` },
  gate: { values: 'domain', packages: `pg kysely undici ${NODE}` },
  workflows: { values: 'domain', types: 'jobs activities', packages: '@temporalio/workflow' },
  activities: {
    values: 'domain jobs gate',
    packages: `zod openai @temporalio/activity @temporalio/common ${NODE_WITHOUT_CONNECTIONS}`,
  },
  workers: {
    values: 'domain jobs config gate workflows activities testing client',
    packages: without(ALL, 'undici node:http node:https node:net'),
  },
  stack: { values: 'domain config scripts', packages: `pg fast-xml-parser @temporalio/client ${NODE}` },
  testing: {
    values: 'domain jobs workers stack client',
    packages: `holdfast holdfast/client @temporalio/worker ${NODE}`,
  },
  client: { values: 'domain jobs', types: 'workflows', packages: `@temporalio/client ${NODE_WITHOUT_CONNECTIONS}` },
  api: { values: 'domain jobs config gate client', packages: `zod pino ${NODE}` },
  cli: { values: 'domain config main', types: 'api', packages: ALL },
  console: { values: 'domain', types: 'api', packages: without(ALL, NODE) },
  main: {
    values: 'domain jobs config gate workflows activities workers stack testing client api console examples',
    packages: ALL,
  },
  scripts: { values: '', packages: NODE },
  examples: { values: '', packages: without(ALL, `undici ${TEMPORAL} node:http node:https node:net`) },
  bench: {
    values: 'domain client main examples',
    packages: `zod ajv/dist/2020.js pg holdfast holdfast/client ${TEMPORAL} ${NODE}`,
  },
  evals: {
    values: 'domain client main examples',
    packages: `zod ajv/dist/2020.js pg holdfast holdfast/client ${TEMPORAL} ${NODE}`,
  },
  test: {
    values:
      'domain jobs config gate workflows activities workers stack testing client api cli console main scripts examples bench evals',
    packages: ALL,
  },
};

/** Rows of the table that hold for some files of a folder, and other forms of import. */
export const IMPORTS_OF_FILES: readonly { file: string; line: string; allowed: boolean }[] = [
  { file: 'domain/digest.ts', line: "import { createHash } from 'node:crypto';", allowed: true },
  { file: 'domain/schemas/probe.ts', line: "import { z } from 'zod';", allowed: true },
  { file: 'domain/schemas/probe.ts', line: "import { JobError } from '../errors.ts';", allowed: true },
  { file: 'domain/schemas/probe.ts', line: "import { createHash } from 'node:crypto';", allowed: false },
  { file: 'workflows/probe.ts', line: "import { callKeyOf } from '../domain/digest.ts';", allowed: false },
  { file: 'workflows/probe.ts', line: "import type { Identity } from '../domain/digest.ts';", allowed: true },
  { file: 'workflows/probe.ts', line: "import { Schema } from '../domain/schemas/call.ts';", allowed: false },
  { file: 'workflows/probe.ts', line: "import type { Schema } from '../domain/schemas/call.ts';", allowed: true },
  { file: 'client/probe.ts', line: "import { openClientStore } from '../gate/client-store.ts';", allowed: true },
  { file: 'client/probe.ts', line: "import { putBlob } from '../gate/blobs.ts';", allowed: false },
  { file: 'client/probe.ts', line: "import { claim } from '../gate/claim.ts';", allowed: false },
  { file: 'client/probe.ts', line: "import type { Claim } from '../gate/claim.ts';", allowed: false },
  { file: 'client/probe.ts', line: "import { pauseRun } from '../workflows/messages.ts';", allowed: true },
  { file: 'client/probe.ts', line: "import { workflow } from '../workflows/workflow.ts';", allowed: false },
  { file: 'client/probe.ts', line: "import type { Start } from '../workflows/workflow.ts';", allowed: true },
  { file: 'stack/postgres/probe.ts', line: "import { migrate } from '../../gate/schema/migrate.ts';", allowed: true },
  { file: 'stack/postgres/probe.ts', line: "import { migrate } from '../../gate/claim.ts';", allowed: false },
  { file: 'activities/models/probe.ts', line: "import { client } from '../../client/client.ts';", allowed: false },
  { file: 'activities/models/probe.ts', line: "import { callModel } from '../call-model.ts';", allowed: true },
  { file: 'activities/models/probe.ts', line: "import type { Dispatcher } from 'undici';", allowed: false },
  { file: 'workers/health-server.ts', line: "import { createServer } from 'node:http';", allowed: true },
  { file: 'workers/probe.ts', line: "import { createServer } from 'node:http';", allowed: false },
  { file: 'testing/probe.ts', line: "import { KILL_POINTS } from '../gate/kill-points.ts';", allowed: true },
  { file: 'testing/probe.ts', line: "import { openGate } from '../gate/open-gate.ts';", allowed: false },
  { file: 'evals/probe.ts', line: "import { aliasesOf } from '../jobs/tool-aliases.ts';", allowed: true },
  { file: 'evals/probe.ts', line: "import { pinDefinition } from '../jobs/definition.ts';", allowed: false },
  { file: 'jobs/probe.ts', line: "export * from '../gate/gate.ts';", allowed: false },
  { file: 'jobs/probe.ts', line: "const { request } = await import('undici');", allowed: false },
  { file: 'jobs/probe.ts', line: "import { gate } from './../gate/gate.ts';", allowed: false },
  { file: 'examples/invoices/books/probe.ts', line: "import { createServer } from 'node:http';", allowed: true },
  { file: 'examples/invoices/demo/probe.ts', line: "import { request } from 'undici';", allowed: true },
  { file: 'examples/invoices/tools/probe.ts', line: "import { request } from 'node:https';", allowed: false },
  { file: 'examples/invoices/workflow.ts', line: "import { workflow } from 'holdfast/workflow';", allowed: true },
  { file: 'examples/other/workflow.ts', line: "import { defineJob } from 'holdfast';", allowed: false },
  { file: 'scripts/init/template/jobs/probe.ts', line: "import { defineJob } from 'holdfast';", allowed: true },
  { file: 'scripts/init/template/jobs/probe.ts', line: "import { z } from 'zod';", allowed: true },
  { file: 'scripts/init/template/jobs/probe.ts', line: "import { createServer } from 'node:http';", allowed: false },
  { file: 'scripts/init/template/services/probe.ts', line: "import { createServer } from 'node:http';", allowed: true },
  {
    file: 'scripts/init/template/test/probe.ts',
    line: "import { stack } from '../../../../stack/stack.ts';",
    allowed: false,
  },
  { file: 'examples/third/workflow.ts', line: "import type { Ref } from 'holdfast';", allowed: true },
];

const doc = '/** Says what the type cannot. */\n';

/** Code that must fail, each by its rule. */
export const BAD_CODE: readonly { rule: string; file: string; text: string }[] = [
  { rule: 'holdfast(documented-exports)', file: 'gate/undocumented.ts', text: 'export const a = 1;\n' },
  { rule: 'holdfast(documented-exports)', file: 'gate/listed.ts', text: `const a = 1;\nexport { a };\n` },
  {
    rule: 'holdfast(documented-exports)',
    file: 'gate/line-comment.ts',
    text: '// No doc comment.\nexport type A = 1;\n',
  },
  {
    rule: 'holdfast(reasoned-disable)',
    file: 'gate/no-reason.ts',
    text: `// oxlint-disable-next-line no-console\nconsole.log(1);\n`,
  },
  { rule: 'eslint(no-console)', file: 'gate/console.ts', text: 'console.log(1);\n' },
  { rule: 'eslint(no-restricted-globals)', file: 'activities/fetch.ts', text: `await fetch('http://127.0.0.1');\n` },
  {
    rule: 'eslint(no-restricted-globals)',
    file: 'examples/invoices/global-fetch.ts',
    text: `await globalThis.fetch('http://127.0.0.1');\n`,
  },
  { rule: 'import(no-default-export)', file: 'gate/default.ts', text: `${doc}export default 1;\n` },
  {
    rule: 'import(no-cycle)',
    file: 'gate/cycle-a.ts',
    text: `import { b } from './cycle-b.ts';\n${doc}export const a = b;\n`,
  },
  {
    rule: 'import(no-cycle)',
    file: 'gate/cycle-b.ts',
    text: `import { a } from './cycle-a.ts';\n${doc}export const b = a;\n`,
  },
  { rule: 'typescript(no-explicit-any)', file: 'gate/any.ts', text: `${doc}export const a: any = 1;\n` },
  {
    rule: 'typescript(no-non-null-assertion)',
    file: 'gate/non-null.ts',
    text: `${doc}export const a = (b?: string): string => b!;\n`,
  },
  {
    rule: 'typescript(no-floating-promises)',
    file: 'gate/floating.ts',
    text: `${doc}export function a(b: Promise<void>): void {\n  b;\n}\n`,
  },
  {
    rule: 'typescript(no-misused-promises)',
    file: 'gate/misused.ts',
    text: `${doc}export const a = (b: Promise<boolean>): number => (b ? 1 : 2);\n`,
  },
  {
    rule: 'typescript(no-unsafe-assignment)',
    file: 'gate/unsafe.ts',
    text: `${doc}export const a: string = JSON.parse('1');\n`,
  },
  {
    rule: 'typescript(switch-exhaustiveness-check)',
    file: 'gate/open-switch.ts',
    text: `${doc}export function a(b: 'x' | 'y'): void {\n  switch (b) {\n    case 'x':\n      break;\n  }\n}\n`,
  },
  {
    rule: 'eslint(max-params)',
    file: 'gate/parameters.ts',
    text: `${doc}export function a(_b: 1, _c: 1, _d: 1, _e: 1): void {}\n`,
  },
  {
    rule: 'eslint(max-depth)',
    file: 'gate/deep.ts',
    text: `${doc}export function a(b: boolean): void {\n  if (b) { if (b) { if (b) { if (b) { a(b); } } } }\n}\n`,
  },
  {
    rule: 'eslint(max-lines-per-function)',
    file: 'gate/long-function.ts',
    text: `${doc}export function a(): void {\n${'\n'.repeat(50)}}\n`,
  },
  { rule: 'eslint(max-lines)', file: 'gate/long.ts', text: '\n'.repeat(301) },
  { rule: 'unicorn(filename-case)', file: 'gate/camelCase.ts', text: '\n' },
  {
    rule: 'jest(no-conditional-expect)',
    file: 'test/conditional.test.ts',
    text: `import { expect, test } from '@jest/globals';\ntest('adds', () => {\n  if (1 + 1 === 2) expect(1).toBe(1);\n});\n`,
  },
  {
    rule: 'jest(require-to-throw-message)',
    file: 'test/bare-throw.test.ts',
    text: `import { expect, test } from '@jest/globals';\ntest('throws', () => {\n  expect(() => JSON.parse('')).toThrow();\n});\n`,
  },
  {
    rule: 'jest(valid-title)',
    file: 'test/should.test.ts',
    text: `import { expect, test } from '@jest/globals';\ntest('it should add', () => {\n  expect(1 + 1).toBe(2);\n});\n`,
  },
];

/** Code in which nothing may be found. */
export const GOOD_CODE: readonly { file: string; text: string }[] = [
  {
    file: 'jobs/good.ts',
    text: `import { JobError } from '../domain/errors.ts';\n\n${doc}export function good(): JobError {\n  return new JobError();\n}\n`,
  },
  { file: 'domain/errors.ts', text: `${doc}export class JobError extends Error {}\n` },
  {
    file: 'jobs/overloads.ts',
    text: `${doc}export function a(b: string): void;\nexport function a(b: number): void;\nexport function a(_b: unknown): void {}\n`,
  },
  { file: 'jobs/index.ts', text: `export { good } from './good.ts';\n` },
  { file: 'cli/prints.ts', text: `console.log('ready');\n` },
  {
    file: 'gate/reasoned.ts',
    text: `// oxlint-disable-next-line no-console -- nothing else is up yet\nconsole.log(1);\n`,
  },
];

function without(list: string, removed: string): string {
  const gone = removed.split(' ');
  return list
    .split(' ')
    .filter((name) => !gone.includes(name))
    .join(' ');
}
