import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { loadConfig } from '../config/index.ts';
import { loadJobs } from '../jobs/load-jobs.ts';
import { openHome } from '../stack/index.ts';
import { buildIdOf } from '../workers/builds/build-of.ts';
import { type Replayed, replayHistories } from '../workers/builds/replay-histories.ts';
import type { NamedHistory } from '../workers/builds/replayed-history.ts';
import { prepareBundle } from '../workers/bundle.ts';
import { openHistories } from './open-histories.ts';
import type { ProjectPlace } from './project-state.ts';
import { projectTemporal } from './project-temporal.ts';
import { recordedHistories } from './recorded-histories.ts';
import { DEFAULT_TASK_QUEUE } from './worker-specs.ts';

/** Which histories to replay on the code of a project as it is now. */
export interface CheckDeployOptions extends ProjectPlace {
  /** The folder of recorded histories; default `histories` of the project, where that is there. */
  readonly histories?: string;
  /** Whether the open runs are asked for, which needs the server. */
  readonly runs: boolean;
}

/** What of some histories does not replay. */
export interface CheckedHistories {
  readonly checked: number;
  readonly breaking: readonly BreakingHistory[];
}

/** A history that the code does not do again. */
export interface BreakingHistory {
  /** The run's id, or the file that it was recorded to. */
  readonly name: string;
  readonly job: string;
  readonly tenant?: string;
  /** The build that the run is pinned to, on which it goes on; absent when it is not. */
  readonly pinnedTo?: string;
  /** The first event that is not made again. */
  readonly event?: number;
  readonly eventType?: string;
  /** The step there, or the last one before it. */
  readonly step?: string;
  readonly sentence: string;
}

/** What checking a deploy came to. */
export interface DeployReport {
  /** Whether nothing breaks. */
  readonly ok: boolean;
  /** The build that the code comes to. */
  readonly build: string;
  /** Absent when they were not asked for. */
  readonly runs?: CheckedHistories & { readonly taskQueue: string };
  /** Absent without a folder of them. */
  readonly recorded?: CheckedHistories & { readonly folder: string };
}

/** Where recorded histories lie when no folder is named. */
export const HISTORIES_FOLDER = 'histories';

/**
 * Builds the workflow code of a project as it is now, and replays on it the open runs of its Task Queue and its recorded
 * histories. Changes nothing on the server.
 * @throws JobError `invalid-config`, `invalid-job` or `invalid-input` for what cannot be read, `stack-failed` when Temporal does not answer
 */
export async function checkDeploy(options: CheckDeployOptions): Promise<DeployReport> {
  const { root, home, env } = options;
  const config = loadConfig({ cwd: root, env });
  const bundle = await prepareBundle(await loadJobs(config.jobs, config.root), openHome(home).folder);
  // What does not replay is told in a sentence; the SDK would log it as well.
  const logger = new DefaultLogger('ERROR', () => {});
  Runtime.install({ logger, telemetryOptions: { logging: { filter: 'ERROR', forward: {} } } });
  const recorded = await checkRecorded(bundle, options);
  const runs = options.runs ? await checkRuns(bundle, () => projectTemporal(config, home)) : undefined;
  return {
    ok: [recorded, runs].every((checked) => (checked?.breaking ?? []).length === 0),
    build: buildIdOf(await readFile(bundle, 'utf8')),
    ...(runs === undefined ? {} : { runs }),
    ...(recorded === undefined ? {} : { recorded }),
  };
}

async function checkRuns(
  bundle: string,
  connect: () => ReturnType<typeof projectTemporal>,
): Promise<NonNullable<DeployReport['runs']>> {
  const client = await connect();
  try {
    const checked = await check(bundle, openHistories(client, DEFAULT_TASK_QUEUE));
    return { taskQueue: DEFAULT_TASK_QUEUE, ...checked };
  } finally {
    await client.connection.close();
  }
}

async function checkRecorded(
  bundle: string,
  { root, histories }: CheckDeployOptions,
): Promise<DeployReport['recorded'] | undefined> {
  const folder = histories === undefined ? join(root, HISTORIES_FOLDER) : resolve(histories);
  if (histories === undefined && !existsSync(folder)) return undefined;
  return { folder, ...(await check(bundle, recordedHistories(folder))) };
}

async function check(bundle: string, histories: AsyncIterable<NamedHistory>): Promise<CheckedHistories> {
  let checked = 0;
  const breaking: BreakingHistory[] = [];
  for await (const replayed of replayHistories(bundle, histories)) {
    checked += 1;
    if (replayed.broken !== undefined) breaking.push(told(replayed));
  }
  return { checked, breaking };
}

function told({ broken, ...facts }: Replayed): BreakingHistory {
  return { ...facts, sentence: '', ...broken };
}
