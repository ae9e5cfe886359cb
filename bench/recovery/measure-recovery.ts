import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseTenant, type Tenant } from '../../client/index.ts';
import { type Engine, openEngine } from '../../main/engine.ts';
import { homeOf, ROOT } from '../measuring/bench-place.ts';
import type { Course } from '../measuring/run-benchmark.ts';
import { startService } from '../measuring/start-service.ts';
import { disruptions } from './disruptions.ts';
import { findEffects, type StartedRun } from './found.ts';
import { benchRecovery } from './job.ts';
import { runCounts, type RunCounts } from './open-runs.ts';
import type { RecoveryOptions } from './options.ts';
import type { Restart } from './progress.ts';
import { type RecoveryReport, reportOf } from './report.ts';
import { readRecord } from './record.ts';
import { restart } from './restart.ts';

const HOME = homeOf('recovery');
const RECEIVER = fileURLToPath(new URL('receiver.ts', import.meta.url));
const LOOK_MS = 500;
// Far more than any run waits for anything: heartbeats end after 4 s, retries come after 10 s at most.
const STUCK_AFTER_MS = 90_000;

/** One benchmark under way. */
interface Scene {
  readonly engine: Engine;
  readonly tenant: Tenant;
  readonly runs: readonly StartedRun[];
  readonly record: string;
  readonly startedAt: number;
}

/** Starts runs, kills and restarts what carries them until all have ended, and asks the receiver what really happened. [worker.resumes] */
export async function measureRecovery(options: RecoveryOptions, course: Course): Promise<RecoveryReport> {
  const id = randomBytes(4).toString('hex');
  const tenant = parseTenant(`bench-${id}`);
  const folder = join(HOME, 'receiver');
  await mkdir(folder, { recursive: true });
  const record = join(folder, `${id}.jsonl`);
  const engine = await openEngine({
    home: HOME,
    env: {},
    jobs: ['bench/recovery'],
    root: ROOT,
    layout: options.layout,
    taskQueue: `bench-${id}`,
    systems: (stack) => startService(stack, 'receiver', [RECEIVER, record, String(options.answerMs)]),
    endpoints: async () => [],
    onProgress: course.tell,
  });
  try {
    const startedAt = Date.now();
    const runs = await startRuns(engine, tenant, options);
    course.tell(`${runs.length} runs of ${options.steps} steps are under way`);
    const scene = { engine, tenant, runs, record, startedAt };
    const over = new AbortController();
    const watched = watch(scene, course).finally(() => over.abort());
    const restarts = await disrupt(scene, options, { ...course, over: over.signal });
    const counts = await watched;
    course.signal.throwIfAborted();
    const entries = await readRecord(record);
    const found = findEffects(entries, { tenant, runs, steps: options.steps });
    return reportOf({ options, restarts, entries, found, counts, tookMs: Date.now() - startedAt });
  } finally {
    course.tell('ending the stack');
    await engine.close();
  }
}

async function startRuns(
  { client }: Engine,
  tenant: Tenant,
  { runs, steps }: RecoveryOptions,
): Promise<readonly StartedRun[]> {
  return Promise.all(
    Array.from({ length: runs }, async (_, index) => {
      const name = `${tenant}/${index}`;
      const { runId } = await client.start(benchRecovery, { run: name, steps }, { tenant });
      return { name, runId: runId as StartedRun['runId'] };
    }),
  );
}

// One after the other: what is killed next is killed when the one before it is back.
async function disrupt(
  { engine, startedAt }: Scene,
  options: RecoveryOptions,
  { tell, signal, over }: Course & { readonly over: AbortSignal },
): Promise<readonly Restart[]> {
  const restarts: Restart[] = [];
  const ended = AbortSignal.any([signal, over]);
  for (const { kind, atMs } of disruptions(options)) {
    await delay(Math.max(0, startedAt + atMs - Date.now()), undefined, { signal: ended }).catch(() => undefined);
    if (ended.aborted) return restarts;
    const workers = restarts.filter((one) => one.kind === 'worker').length;
    const done = await restart(engine, kind, workers);
    restarts.push(done);
    tell(`${Math.round(atMs / 1_000)} s: ${kind}, back after ${done.readyAt - done.killedAt} ms`);
  }
  return restarts;
}

/** Waits until no run is open, or none has moved for longer than any may need. */
async function watch({ engine, tenant, record, runs }: Scene, { signal }: Course): Promise<RunCounts> {
  let moved = { at: Date.now(), entries: 0 };
  for (;;) {
    await delay(LOOK_MS);
    const counts = await runCounts(engine.stack.addresses.database.clientUrl, tenant);
    const entries = (await readRecord(record)).length;
    if (entries > moved.entries) moved = { at: Date.now(), entries };
    const ended = ['completed', 'failed', 'cancelled'].reduce((sum, status) => sum + (counts?.[status] ?? 0), 0);
    const isStuck = Date.now() - moved.at > STUCK_AFTER_MS;
    if (signal.aborted || ended === runs.length || (isStuck && counts !== undefined)) return counts ?? {};
  }
}
