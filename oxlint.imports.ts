import { matchesGlob } from 'node:path';

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
  /** Packages with their subpaths, or all but some. */
  readonly packages: readonly string[] | { readonly allBut: readonly string[] };
  /** Node's own modules: none of them, all, or all that open no connection. */
  readonly node: 'none' | 'no-connections' | 'all';
}

const ENTRY_POINTS = ['holdfast'];
const PURE = ['canonicalize', 'big.js'];
const ANY = { allBut: [] };
const PRODUCT = 'domain jobs config gate workflows activities workers stack testing client api console examples'.split(
  ' ',
);
const GATE_OF_CLIENT = ['gate/client-store.ts'];
// Which tools of recorded data a job may have, and how models know them.
const DATA_AS_TOOLS = ['jobs/registry.ts', 'jobs/tool-aliases.ts', 'jobs/json-schema/keyword-places.ts'];

/** Who may import what; for a file that several rows cover the last one counts. */
const IMPORT_TABLE: readonly ImportRow[] = [
  { folder: 'domain', values: [], packages: PURE, node: 'none' },
  { folder: 'domain', files: ['domain/schemas/**'], values: [], packages: [...PURE, 'zod'], node: 'none' },
  { folder: 'domain', files: ['domain/digest.ts'], values: [], packages: [...PURE, 'node:crypto'], node: 'none' },
  { folder: 'jobs', values: ['domain'], packages: ['zod', 'ajv'], node: 'no-connections' },
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
    packages: ['openai', 'zod', '@temporalio/activity', '@temporalio/common'],
    node: 'no-connections',
  },
  {
    folder: 'workers',
    values: ['domain', 'jobs', 'config', 'gate', 'workflows', 'activities', 'client', 'testing'],
    packages: { allBut: ['undici'] },
    node: 'no-connections',
  },
  // It listens and calls nobody.
  {
    folder: 'workers',
    files: ['workers/health-server.ts'],
    values: ['domain'],
    packages: [],
    node: 'all',
  },
  {
    folder: 'stack',
    values: ['domain', 'config', 'gate/schema/**', 'scripts'],
    packages: ['pg', '@temporalio/client', '@temporalio/proto', 'fast-xml-parser'],
    node: 'all',
  },
  {
    folder: 'testing',
    values: ['client', 'workers', 'stack', 'jobs', 'domain', 'gate/kill-points.ts'],
    packages: [...ENTRY_POINTS, '@temporalio/worker'],
    node: 'all',
  },
  {
    folder: 'client',
    values: ['domain', 'jobs', 'workflows/messages.ts', ...GATE_OF_CLIENT],
    types: ['workflows'],
    packages: ['@temporalio/client', '@temporalio/proto'],
    node: 'no-connections',
  },
  {
    folder: 'api',
    values: ['client', 'gate', 'jobs', 'domain', 'config'],
    packages: ['fastify', '@fastify/rate-limit', 'jose', 'pino', 'standardwebhooks', 'zod'],
    node: 'all',
  },
  { folder: 'cli', values: ['domain', 'config', 'main'], types: ['api'], packages: ANY, node: 'all' },
  { folder: 'console', values: ['domain'], types: ['api'], packages: ANY, node: 'none' },
  { folder: 'main', values: PRODUCT, packages: ANY, node: 'all' },
  { folder: 'scripts', values: [], packages: [], node: 'all' },
  // Copied into projects of users, who have the package and zod.
  {
    folder: 'scripts',
    files: ['scripts/init/template/**'],
    values: [],
    packages: [...ENTRY_POINTS, 'zod'],
    node: 'all',
  },
  {
    folder: 'scripts',
    files: ['scripts/init/template/jobs/**'],
    values: [],
    packages: [...ENTRY_POINTS, 'zod'],
    node: 'no-connections',
  },
  { folder: 'examples', values: [], packages: { allBut: ['@temporalio/**'] }, node: 'all' },
  {
    folder: 'examples',
    except: ['examples/*/books/**', 'examples/*/demo/**'],
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
    packages: [...ENTRY_POINTS, '@temporalio/*', 'pg', 'ajv', 'zod'],
    node: 'all',
  },
  {
    folder: 'evals',
    values: ['client', 'domain', 'main', 'examples', ...DATA_AS_TOOLS],
    packages: [...ENTRY_POINTS, '@temporalio/*', 'pg', 'ajv', 'zod'],
    node: 'all',
  },
];

const CONNECTIONS = ['node:http', 'node:https', 'node:http2', 'node:net', 'node:tls', 'node:dgram'];

/** One import: what it names, from where, and whether only for its types. */
export interface Import {
  /** The importing file, relative to the root. */
  readonly file: string;
  /** As written; a relative one already resolved to a path from the root. */
  readonly name: string;
  readonly kind: 'relative' | 'node' | 'package';
  readonly typesOnly: boolean;
}

/** Why an import is refused, in one sentence; `undefined` when it is not. */
export function refusalOf(given: Import): string | undefined {
  const row = IMPORT_TABLE.findLast((candidate) => covers(candidate, given.file));
  if (row === undefined) return undefined;
  if (given.kind === 'node') return refusalOfNode(row, given);
  const allowed = longest(given.kind === 'relative' ? [row.folder, ...row.values] : packagesOf(row, given.name), given);
  const allowedTypes = longest(row.types ?? [], given);
  if (allowed === 0 && allowedTypes === 0) return `${row.folder}/ may not import ${given.name}.`;
  if (allowed >= allowedTypes || given.typesOnly) return undefined;
  return `${row.folder}/ may import only types of ${given.name}.`;
}

/** The globals that open connections are refused in these files. */
export const WITHOUT_CONNECTIONS = IMPORT_TABLE.filter(({ node }) => node === 'no-connections').map((row) => ({
  files: [...(row.files ?? [`${row.folder}/**`])],
  excludeFiles: [...(row.except ?? [])],
}));

function covers(row: ImportRow, file: string): boolean {
  const files = row.files ?? [`${row.folder}/**`];
  return matchesAny(files, file) && !matchesAny(row.except ?? [], file);
}

function refusalOfNode(row: ImportRow, { name, typesOnly }: Import): string | undefined {
  const allowed = row.node !== 'none' || (isList(row.packages) && row.packages.includes(name));
  if (!allowed) return `${row.folder}/ may not import ${name}.`;
  if (row.node !== 'no-connections' || typesOnly || !CONNECTIONS.includes(name)) return undefined;
  return `${row.folder}/ may not open connections with ${name}; use the \`http\` or \`fetch\` that is handed in.`;
}

function packagesOf({ packages }: ImportRow, name: string): readonly string[] {
  if (isList(packages)) return packages;
  return matchesAny(packages.allBut, name) ? [] : [name];
}

/** The more precise of two patterns decides, and the longer one is the more precise. */
function longest(patterns: readonly string[], { name }: Import): number {
  return Math.max(0, ...patterns.filter((pattern) => matchesAny([pattern], name)).map((pattern) => pattern.length));
}

function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => name === pattern || name.startsWith(`${pattern}/`) || matchesGlob(name, pattern));
}

function isList(packages: ImportRow['packages']): packages is readonly string[] {
  return Array.isArray(packages);
}
