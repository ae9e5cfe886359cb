import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { loadConfig } from '../config/index.ts';
import { JobError } from '../domain/errors.ts';
import { HISTORIES_FOLDER } from './check-deploy.ts';
import { isNotFound } from './is-not-found.ts';
import type { ProjectPlace } from './project-state.ts';
import { projectTemporal } from './project-temporal.ts';

/** Which run to record, and where to. */
export interface RecordHistoryOptions extends ProjectPlace {
  readonly run: string;
  /** Default `histories` of the project. */
  readonly histories?: string;
}

/**
 * Writes the history of a run, open or ended, to a file that later code is checked against; answers its path. It holds
 * references and facts, no document.
 * @throws JobError `unknown-run`, `invalid-config`, or `stack-failed` when Temporal does not answer
 */
export async function recordHistory({ root, home, env, run, histories }: RecordHistoryOptions): Promise<string> {
  const client = await projectTemporal(loadConfig({ cwd: root, env }), home);
  try {
    const history = await fetched(client, run);
    const folder = histories === undefined ? join(root, HISTORIES_FOLDER) : resolve(histories);
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${run.replaceAll(/[^\w.-]/g, '_')}.json`);
    await writeFile(path, `${JSON.stringify(JSON.parse(historyToJSON(history)), undefined, 2)}\n`);
    return path;
  } finally {
    await client.connection.close();
  }
}

async function fetched(
  { workflow }: Client,
  run: string,
): ReturnType<ReturnType<typeof workflow.getHandle>['fetchHistory']> {
  try {
    return await workflow.getHandle(run).fetchHistory();
  } catch (cause) {
    if (!isNotFound(cause)) throw cause;
    throw new JobError('unknown-run', `Temporal has no run ${run}; \`holdfast runs\` lists them.`, { cause });
  }
}
