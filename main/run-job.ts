import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { HoldfastClient } from '../client/index.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';
import type { Engine } from './engine.ts';
import type { NamedFile } from './named-file.ts';

const WATCH_MS = 250;

/** A run that was asked for on the command line. */
export interface WantedRun {
  readonly job: string;
  readonly file: string;
  readonly input: unknown;
}

/**
 * Reads what a run starts with from its file.
 * @throws JobError `invalid-input` when that is no JSON
 */
export function readRun({ name, file, path }: NamedFile): WantedRun {
  try {
    const input: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return { job: name, file, input };
  } catch (cause) {
    throw new JobError('invalid-input', `${file} cannot be read as JSON: ${sentenceOf(cause)}.`, { cause });
  }
}

/**
 * Starts a run, or finds the one that this input had before, and tells what becomes of it. One that cannot be started is
 * told as well: the engine goes on serving.
 */
export async function runJob(
  { client, registry }: Engine,
  { job, file, input }: WantedRun,
  tell: (line: string) => void,
): Promise<void> {
  try {
    const { runId, existing } = await client.start(registry.job(job), input);
    tell(`${job} on ${file}: ${existing ? 'this was asked for before, by the run' : 'started as'} ${runId}`);
    tell(`${job} on ${file}: ${await endOf(client, runId, (line) => tell(`${job} on ${file}: ${line}`))}`);
  } catch (error) {
    tell(`${job} on ${file}: ${sentenceOf(error)}`);
  }
}

/** Watches a run to its end, and tells what it waits for on the way. */
async function endOf(client: HoldfastClient, runId: string, tell: (line: string) => void): Promise<string> {
  for (let told = ''; ; await delay(WATCH_MS)) {
    const { status, waitingFor, end, closedAt } = await client.view(runId);
    if (closedAt !== undefined && end !== undefined) return `${status}, ${end.code}: ${end.sentence}`;
    if (closedAt !== undefined) return `${status} with ${JSON.stringify(await client.result(runId))}`;
    const waits = waitingFor?.sentence ?? '';
    if (waits !== '' && waits !== told) tell(waits);
    told = waits;
  }
}
