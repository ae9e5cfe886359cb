import type { AllowWarnDeny, OxlintOverride } from 'oxlint';

/** What the files of a folder may import besides their own folder. */
interface ImportRow {
  readonly folder: string;
  /** Narrows the row to some files; default: the whole folder. */
  readonly files?: readonly string[];
  readonly except?: readonly string[];
  /** Folders, or files of a folder as `folder/pattern`. */
  readonly values: readonly string[];
  /** Folders, files or packages of which only types may be imported. */
  readonly types?: readonly string[];
  /** Packages by gitignore pattern, or all but some. */
  readonly packages: readonly string[] | { readonly allBut: readonly string[] };
  /** Node's own modules: none of them, all, or all that open no connection. */
  readonly node: 'none' | 'no-connections' | 'all';
}

const ENTRY_POINTS = ['holdfast', 'holdfast/*'];
const PURE = ['canonicalize', 'big.js'];
const ANY = { allBut: [] };
const PRODUCT = 'domain jobs config gate workflows activities workers stack testing client api console examples'.split(
  ' ',
);
const GATE_OF_CLIENT = ['gate/blob*', 'gate/definition*', 'gate/decision*', 'gate/run*'];

/** Who may import what; for a file that several rows cover the last one counts. */
export const IMPORT_TABLE: readonly ImportRow[] = [
  { folder: 'domain', values: [], packages: PURE, node: 'none' },
  { folder: 'domain', files: ['domain/schemas/**'], values: [], packages: [...PURE, 'zod'], node: 'none' },
  { folder: 'domain', files: ['domain/digest.ts'], values: [], packages: [...PURE, 'node:crypto'], node: 'none' },
  { folder: 'jobs', values: ['domain'], packages: ['zod'], node: 'no-connections' },
  { folder: 'config', values: ['domain'], packages: ['yaml', 'zod'], node: 'all' },
  { folder: 'gate', values: ['domain'], packages: ['pg', 'kysely', 'jose', 'undici', 'ipaddr.js'], node: 'all' },
  {
    folder: 'workflows',
    values: ['domain'],
    types: ['activities', 'jobs', 'domain/schemas/**', 'domain/digest.ts'],
    packages: ['@temporalio/workflow'],
    node: 'none',
  },
  {
    folder: 'activities',
    values: ['domain', 'jobs', 'gate'],
    packages: ['openai', 'openai/**', '@temporalio/activity', '@temporalio/common'],
    node: 'no-connections',
  },
  {
    folder: 'workers',
    values: ['domain', 'jobs', 'config', 'gate', 'workflows', 'activities', 'client', 'testing'],
    packages: { allBut: ['undici'] },
    node: 'no-connections',
  },
  {
    folder: 'stack',
    values: ['domain', 'config', 'gate/schema/**'],
    packages: ['pg', '@temporalio/client', 'fast-xml-parser'],
    node: 'all',
  },
  { folder: 'testing', values: ['client', 'workers', 'stack'], packages: ENTRY_POINTS, node: 'all' },
  {
    folder: 'client',
    values: ['domain', 'jobs', 'workflows/messages.ts', ...GATE_OF_CLIENT],
    types: ['workflows'],
    packages: ['@temporalio/client'],
    node: 'none',
  },
  {
    folder: 'api',
    values: ['client', 'gate', 'jobs', 'domain', 'config'],
    packages: ['fastify', 'pino', 'zod'],
    node: 'all',
  },
  { folder: 'cli', values: ['domain', 'config', 'main'], types: ['api'], packages: ANY, node: 'all' },
  { folder: 'console', values: ['domain'], types: ['api'], packages: ANY, node: 'none' },
  { folder: 'main', values: PRODUCT, packages: ANY, node: 'all' },
  { folder: 'scripts', values: [], packages: [], node: 'all' },
  { folder: 'examples', values: [], packages: { allBut: ['@temporalio/**'] }, node: 'all' },
  {
    folder: 'examples',
    except: ['examples/*/books/**', 'examples/*/demo.ts'],
    values: [],
    packages: { allBut: ['@temporalio/**', 'undici'] },
    node: 'no-connections',
  },
  {
    folder: 'examples',
    files: ['examples/*/workflow.ts'],
    values: [],
    types: ['holdfast'],
    packages: ['holdfast/workflow'],
    node: 'none',
  },
  {
    folder: 'bench',
    values: ['client', 'domain', 'main', 'examples'],
    packages: [...ENTRY_POINTS, '@temporalio/*', 'pg', 'ajv'],
    node: 'all',
  },
  {
    folder: 'evals',
    values: ['client', 'domain', 'main', 'examples'],
    packages: [...ENTRY_POINTS, '@temporalio/*', 'pg', 'ajv'],
    node: 'all',
  },
];

/** Every folder of the tree that holds code. */
export const FOLDERS: readonly string[] = [...new Set([...IMPORT_TABLE.map(({ folder }) => folder), 'test'])];

const CONNECTIONS = ['http', 'https', 'http2', 'net', 'tls', 'dgram'].map((name) => `node:${name}`);
const THROUGH_THE_GATE = 'Everything is sent through the gate: use the `http` or `fetch` that is handed in.';

const GLOBALS = ['fetch', 'WebSocket', 'EventSource'].map((name) => ({ name, message: THROUGH_THE_GATE }));
const RESTRICTED_GLOBALS: [AllowWarnDeny, { globals: typeof GLOBALS; checkGlobalObject: boolean }] = [
  'error',
  { globals: GLOBALS, checkGlobalObject: true },
];

interface Pattern {
  group?: string[];
  regex?: string;
  allowTypeImports?: boolean;
  message: string;
}

/** The import table as the linter's `no-restricted-imports`, one override per row. */
export function importOverrides(): OxlintOverride[] {
  return IMPORT_TABLE.map((row) => ({
    files: [...(row.files ?? [`${row.folder}/**`])],
    ...(row.except === undefined ? {} : { excludeFiles: [...row.except] }),
    rules: {
      'no-restricted-imports': ['error', { patterns: patternsOf(row) }],
      'no-restricted-globals': row.node === 'no-connections' ? RESTRICTED_GLOBALS : 'off',
    },
  }));
}

/** The linter stops at the first pattern that lets an import through, so the one that lets packages through comes last. */
function patternsOf(row: ImportRow): Pattern[] {
  const named = [...row.values, ...(row.types ?? [])];
  const partly = [...new Set(named.filter(isFile).map(folderOf))];
  const refused = FOLDERS.filter((name) => name !== row.folder && !named.includes(name) && !partly.includes(name));
  const typesOnly = (row.types ?? []).filter((name) => FOLDERS.includes(name) && !partly.includes(name));
  return [
    ...foldersPattern(refused, { message: `${row.folder}/ may not import this folder.` }),
    ...foldersPattern(typesOnly, {
      message: 'Only types of this folder may be imported here.',
      allowTypeImports: true,
    }),
    ...partly.map((name) => filesPattern(name, row)),
    ...connectionsPattern(row),
    ...packagesPatterns(row),
  ];
}

function isFile(name: string): boolean {
  return name.includes('/') && FOLDERS.includes(folderOf(name));
}

function folderOf(file: string): string {
  return file.slice(0, file.indexOf('/'));
}

function foldersPattern(names: readonly string[], rest: { message: string; allowTypeImports?: boolean }): Pattern[] {
  return names.length === 0 ? [] : [{ regex: `^(\\./)?(\\.\\./)+(${names.join('|')})/`, ...rest }];
}

/** Either some files of a folder are let through, or of a folder that is let through some files are types only. */
function filesPattern(folder: string, row: ImportRow): Pattern {
  const filesIn = (names: readonly string[] = []): string[] => {
    return names.filter((name) => isFile(name) && folderOf(name) === folder).map((name) => `**/${name}`);
  };
  const typesOnly = row.types?.some((name) => name === folder || filesIn([name]).length > 0) ?? false;
  const message = typesOnly ? 'Only types of this file may be imported here.' : 'This file may not be imported here.';
  const group = row.values.includes(folder)
    ? filesIn(row.types)
    : [`**/${folder}/**`, ...filesIn(row.values).map((file) => `!${file}`)];
  return typesOnly ? { group, message, allowTypeImports: true } : { group, message };
}

function connectionsPattern(row: ImportRow): Pattern[] {
  if (row.node !== 'no-connections') return [];
  return [{ group: CONNECTIONS, allowTypeImports: true, message: THROUGH_THE_GATE }];
}

function packagesPatterns(row: ImportRow): Pattern[] {
  const message = `${row.folder}/ may not import this package.`;
  const typesOf = (row.types ?? []).filter((name) => !FOLDERS.includes(name) && !isFile(name));
  const typePackages = typesOf.length === 0 ? [] : [{ group: typesOf, allowTypeImports: true, message }];
  if (!isList(row.packages)) {
    const group = [...row.packages.allBut, ...(row.node === 'none' ? ['node:*', 'node:*/*'] : [])];
    return [...typePackages, ...(group.length === 0 ? [] : [{ group, message }])];
  }
  const allowed = [...row.packages, ...typesOf, ...(row.node === 'none' ? [] : ['node:*', 'node:*/*'])];
  return [...typePackages, { group: ['**', '!./**', '!../**', ...allowed.map((name) => `!${name}`)], message }];
}

function isList(packages: ImportRow['packages']): packages is readonly string[] {
  return Array.isArray(packages);
}
