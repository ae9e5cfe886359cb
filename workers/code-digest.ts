import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sentenceOf } from '../domain/errors.ts';
import { pinDefinition } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import type { LoadedJob } from '../jobs/load-jobs.ts';
import { lockFileOf } from './lock-file.ts';
import { reachableFiles } from './reachable-files.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The digest of what a process loads that makes calls for some jobs or starts their runs: `job.ts` with all that it reaches, what is
 * declared there, prompts included, and the lock files. Another one means that a process that runs is out of date.
 */
export async function codeDigest(jobs: readonly LoadedJob[]): Promise<string> {
  const hash = createHash('sha256');
  for (const { job, folder } of jobs) {
    for (const { path, text } of await reachableFiles(join(folder, 'job'))) hash.update(`${path}\0${text}\0`);
    hash.update(`${definitionOf(job)}\0`);
  }
  for (const lock of new Set([root, ...jobs.map(({ folder }) => folder)].flatMap(lockFileOf))) {
    hash.update(await readFile(lock));
  }
  return hash.digest('base64url').slice(0, 22);
}

function definitionOf(job: Job): string {
  try {
    return JSON.stringify(pinDefinition(job));
  } catch (error) {
    // Whoever starts a run of it is told.
    return sentenceOf(error);
  }
}
