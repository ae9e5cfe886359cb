import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefaultLogger } from '@temporalio/worker';
import { bundleWorkflowCode } from '@temporalio/worker';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { checkWorkflowExport, type LoadedJob } from '../jobs/load-jobs.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const fromSources = import.meta.url.endsWith('.ts');

/**
 * The workflow bundle of some jobs, built when their code changed since the last time.
 * @returns the bundle's path, named by the digest of everything that can get into it
 * @throws JobError `invalid-job` when a workflow is exported under another name or cannot be bundled
 */
export async function prepareBundle(jobs: readonly LoadedJob[], home: string): Promise<string> {
  for (const job of jobs) await checkWorkflowExport(job);
  const folder = join(home, 'bundles');
  const path = join(folder, `${await sourcesDigest(jobs)}.js`);
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  const code = await build(jobs, folder);
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, code);
  await rename(unfinished, path);
  return path;
}

async function build(jobs: readonly LoadedJob[], folder: string): Promise<string> {
  const entry = join(folder, `entry-${process.pid}.ts`);
  await writeFile(entry, jobs.map((job) => `export { ${job.workflowName} } from ${JSON.stringify(job.workflowFile)};\n`).join(''));
  try {
    const { code } = await bundleWorkflowCode({
      workflowsPath: entry,
      logger: new DefaultLogger('ERROR'),
      webpackConfigHook: (config) =>
        fromSources ? { ...config, resolve: { ...config.resolve, conditionNames: ['holdfast-source', '...'] } } : config,
    });
    return code;
  } catch (cause) {
    throw new JobError('invalid-job', `The workflows cannot be bundled: ${sentenceOf(cause).split('\n')[0]}`, { cause });
  }
}

async function sourcesDigest(jobs: readonly LoadedJob[]): Promise<string> {
  const folders = [join(root, 'workflows'), join(root, 'domain'), ...jobs.map((job) => job.folder)];
  const hash = createHash('sha256');
  for (const folder of folders) {
    const names = (await readdir(folder)).filter((name) => /\.[jt]s$/.test(name)).toSorted();
    for (const name of names) hash.update(`${name}\0`).update(await readFile(join(folder, name))).update('\0');
  }
  for (const job of jobs) hash.update(`${job.workflowFile}\0${job.workflowName}\0`);
  const lock = join(root, 'package-lock.json');
  if (existsSync(lock)) hash.update(await readFile(lock));
  return hash.digest('base64url').slice(0, 22);
}
