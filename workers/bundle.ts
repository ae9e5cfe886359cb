import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { PART_WORKFLOW } from '../domain/part-id.ts';
import { REAPER_WORKFLOW } from '../domain/reaper.ts';
import { SCHEDULED_START_WORKFLOW } from '../domain/scheduled-start.ts';
import { checkWorkflowExport, type LoadedJob } from '../jobs/load-jobs.ts';
import { lockFileOf } from './lock-file.ts';
import { pathsAbove } from './paths-above.ts';
import { reachableFiles } from './reachable-files.ts';
import { workflowResolution } from './workflow-resolution.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const fromSources = import.meta.url.endsWith('.ts');
const own = (name: string): string => join(root, `workflows/${name}.${fromSources ? 'ts' : 'js'}`);
// Its own workflow, which every bundle holds beside those of the jobs: what the occurrences of schedules are.
const SCHEDULED_START = own('scheduled-start');
// Likewise the parts of runs that can grow.
const PART = own('part');
const REAPER = own('reaper');

/**
 * The workflow bundle of some jobs, built when their code changed since the last time.
 * @returns the bundle's path, named by the digest of everything that can get into it
 * @throws JobError `invalid-job` when a workflow is exported under another name or cannot be bundled
 */
export async function prepareBundle(jobs: readonly LoadedJob[], home: string): Promise<string> {
  for (const job of jobs) await checkWorkflowExport(job);
  const exported = [
    ...jobs.map(({ workflowName, workflowFile }) => ({ name: workflowName, file: workflowFile })),
    { name: SCHEDULED_START_WORKFLOW, file: SCHEDULED_START },
    { name: PART_WORKFLOW, file: PART },
  ];
  return kept(home, await sourcesDigest(jobs), exported);
}

/**
 * The bundle of the sweeps alone, for the process that runs no job code.
 * @returns the bundle's path, named by the digest of its sources
 */
export async function prepareReaperBundle(home: string): Promise<string> {
  const hash = createHash('sha256');
  for (const { path, text } of await reachableFiles(REAPER)) hash.update(`${path}\0${text}\0`);
  for (const lock of lockFileOf(root)) hash.update(await readFile(lock));
  return kept(home, `reaper-${shortDigest(hash)}`, [{ name: REAPER_WORKFLOW, file: REAPER }]);
}

async function kept(home: string, name: string, exported: readonly Exported[]): Promise<string> {
  const folder = join(home, 'bundles');
  const path = join(folder, `${name}.js`);
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  const code = await build(exported, folder);
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, code);
  await rename(unfinished, path);
  return path;
}

interface Exported {
  readonly name: string;
  readonly file: string;
}

async function build(exported: readonly Exported[], folder: string): Promise<string> {
  // Its own for each build: several may be made at once, for other jobs.
  const entry = join(folder, `entry-${randomUUID()}.ts`);
  await writeFile(
    entry,
    exported.map(({ name, file }) => `export { ${name} } from ${JSON.stringify(file)};\n`).join(''),
  );
  const complaints: string[] = [];
  try {
    const { code } = await bundleWorkflowCode({
      workflowsPath: entry,
      logger: new DefaultLogger('ERROR', ({ message }) => complaints.push(message)),
      webpackConfigHook: (config) => ({
        ...config,
        // So that the same code comes to the same bytes, wherever it is built from: see `build-of.ts`.
        context: root,
        output: { ...config.output, pathinfo: false },
        resolve: { ...config.resolve, ...resolution(config.resolve?.modules) },
      }),
    });
    return code;
  } catch (cause) {
    const [first = sentenceOf(cause)] = complaints.flatMap((text) =>
      text.split('\n').filter((line) => /(not found|Can't resolve|SyntaxError|Error:)/.test(line)),
    );
    throw new JobError('invalid-job', `The workflows cannot be bundled: ${first.trim()}`, { cause });
  } finally {
    await rm(entry, { force: true });
  }
}

// The entry file may lie outside the project, where no node_modules is found by going up, and an installed package has
// those of its project above it.
function resolution(modules: readonly string[] = ['node_modules']): { modules: string[]; conditionNames?: string[] } {
  return { modules: [...modules, ...pathsAbove(root, 'node_modules')], ...workflowResolution() };
}

// What lies in node_modules is named by the lock files of this package and of the jobs' projects.
async function sourcesDigest(jobs: readonly LoadedJob[]): Promise<string> {
  const hash = createHash('sha256');
  const workflows = await Promise.all(jobs.map((job) => reachableFiles(job.workflowFile)));
  const shared = await Promise.all(
    ['ts', 'js'].map((ending) => reachableFiles(join(root, `workflows/index.${ending}`))),
  );
  const beside = await Promise.all([SCHEDULED_START, PART].map((file) => reachableFiles(file)));
  for (const { path, text } of [...shared, ...beside, ...workflows].flat()) hash.update(`${path}\0${text}\0`);
  for (const job of jobs) hash.update(`${job.workflowFile}\0${job.workflowName}\0`);
  for (const lock of new Set([root, ...jobs.map(({ folder }) => folder)].flatMap(lockFileOf))) {
    hash.update(await readFile(lock));
  }
  return shortDigest(hash);
}

function shortDigest(hash: ReturnType<typeof createHash>): string {
  return hash.digest('base64url').slice(0, 22);
}
