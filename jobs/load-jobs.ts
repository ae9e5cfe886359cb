import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { JobError, sentenceOf } from '../domain/errors.ts';
import type { Job } from './job.ts';
import { workflowNameOf } from './registry.ts';

/** A job with the folder it was found in. */
export interface LoadedJob {
  readonly job: Job;
  /** Absolute path of its folder. */
  readonly folder: string;
  /** Absolute path of its `workflow.ts` (or `.js`). */
  readonly workflowFile: string;
  /** The name its workflow is exported and started under. */
  readonly workflowName: string;
}

/**
 * Reads the `job.ts` of every folder that temporal.yaml lists, in that order.
 * @throws JobError `invalid-job` for a folder without one job or without a `workflow.ts`
 */
export async function loadJobs(folders: readonly string[], root: string): Promise<readonly LoadedJob[]> {
  return Promise.all(folders.map((folder) => loadJob(folder, root)));
}

async function loadJob(name: string, root: string): Promise<LoadedJob> {
  const folder = resolve(root, name);
  const jobFile = fileOf(folder, name, 'job');
  const workflowFile = fileOf(folder, name, 'workflow');
  const found = Object.values(await importModule(name, jobFile)).filter(isJob);
  const [job] = found;
  if (job === undefined || found.length > 1) {
    throw new JobError(
      'invalid-job',
      `${name}/job.ts exports ${found.length} jobs; export exactly one made by defineJob.`,
    );
  }
  return { job, folder, workflowFile, workflowName: workflowNameOf(job.name) };
}

/**
 * Checks that a job's `workflow.ts` exports its workflow under the right name.
 * @throws JobError `invalid-job` naming what it exports instead
 */
export async function checkWorkflowExport(loaded: LoadedJob): Promise<void> {
  const exported = await importModule(loaded.job.name, loaded.workflowFile);
  if (typeof exported[loaded.workflowName] === 'function') return;
  const names = Object.keys(exported).join(', ') || 'nothing';
  throw new JobError(
    'invalid-job',
    `The workflow of "${loaded.job.name}" must be exported as ${loaded.workflowName}; its workflow file exports ${names}.`,
  );
}

function fileOf(folder: string, name: string, base: string): string {
  const file = ['ts', 'js'].map((ending) => join(folder, `${base}.${ending}`)).find((path) => existsSync(path));
  if (file === undefined)
    throw new JobError(
      'invalid-job',
      `The job folder "${name}" has no ${base}.ts; \`jobs\` in temporal.yaml lists it.`,
    );
  return file;
}

async function importModule(name: string, file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (cause) {
    if (cause instanceof JobError) throw cause;
    throw new JobError('invalid-job', `The job in "${name}" cannot be loaded: ${sentenceOf(cause)}`, { cause });
  }
}

function isJob(value: unknown): value is Job {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'job';
}
