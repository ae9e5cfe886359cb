import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_TENANT, parseRunId, type Tenant } from '../domain/ids.ts';
import { JobError } from '../domain/errors.ts';
import type { RunRow } from '../gate/client-store.ts';
import type { ClientParts } from './client.ts';
import { listedRun, runRow } from './run-row.ts';
import type { SeenRun } from './seen-run.ts';

/** How to wait for a run's end. */
export interface WaitOptions {
  /** Default `default`. */
  readonly tenant?: Tenant;
  /** In milliseconds; default: as long as it takes. */
  readonly timeoutMs?: number;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Waits until a run has ended, by its row in the projection. An outage of the database is waited for like the run.
 * @throws JobError `unknown-run`, or `deadline-exceeded` when it is still open after `timeoutMs`
 */
export async function waitForEnd(parts: ClientParts, runId: string, options: WaitOptions): Promise<SeenRun> {
  const { tenant = DEFAULT_TENANT, timeoutMs = Number.POSITIVE_INFINITY } = options;
  const id = parseRunId(runId);
  const deadline = performance.now() + timeoutMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const row = await runRow(parts, tenant, id).catch(outage);
    if (!(row instanceof JobError) && row.closedAt !== undefined) return { ...listedRun(row), live: true, ageMs: 0 };
    if (performance.now() >= deadline) throw stillOpen(runId, row, timeoutMs);
    await delay(Math.min(pauseMs, Math.max(1, deadline - performance.now())));
  }
}

function outage(error: unknown): JobError {
  if (error instanceof JobError && error.code === 'unavailable') return error;
  throw error;
}

function stillOpen(runId: string, seen: RunRow | JobError, timeoutMs: number): JobError {
  if (seen instanceof JobError) {
    return new JobError(
      'deadline-exceeded',
      `The run ${runId} had no known end after ${timeoutMs} ms: ${seen.message}`,
      { cause: seen },
    );
  }
  return new JobError(
    'deadline-exceeded',
    `The run ${runId} is still ${listedRun(seen).status} after ${timeoutMs} ms.`,
  );
}
