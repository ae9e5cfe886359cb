import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseTenant, type Tenant } from '../../client/index.ts';
import type { Engine } from '../../main/engine.ts';
import type { Course } from '../measuring/run-benchmark.ts';
import { startService } from '../measuring/start-service.ts';
import { disruptions } from './disruptions.ts';
import { findEffects, type StartedRun } from './found.ts';
import { benchRecovery } from './job.ts';
import { HOME, openRecovery, type OpenRecoveryOptions } from './open-recovery.ts';
import { runCounts, type RunCounts } from './open-runs.ts';
import type { RecoveryOptions } from './options.ts';
import type { Restart } from './progress.ts';
import { type RecoveryReport, reportOf } from './report.ts';
import { readRecord } from './record.ts';
import { restart } from './restart.ts';
import { runsByBuild } from './runs-by-build.ts';

const RECEIVER = fileURLToPath(new URL('receiver.ts', import.meta.url));
const LOOK_MS = 500;
// Far more than any run waits for anything: heartbeats end after 4 s, retries come after 10 s at most.
const STUCK_AFTER_MS = 90_000;
/** Of the runs so many again are started once the deploy is through, each with so many of the steps. */
const AFTER_DEPLOY = { runs: 0.1, steps: 0.25 };

/** One benchmark under way. */
interface Scene {
  readonly engine: Engine;
  /** That one, and the one that is deployed meanwhile. */
  readonly engines: Engine[];
  readonly opened: Omit<OpenRecoveryOptions, 'code'>;
  readonly tenant: Tenant;
  /** Those of the deploy come later. */
  readonly runs: StartedRun[];
  readonly record: string;
  readonly startedAt: number;
  /** Whether a restart or a deploy is under way: a deploy starts further runs. */
  isDisrupted: boolean;
}

/** Starts runs, kills and restarts what carries them until all have ended, and asks the receiver what really happened. [worker.resumes] [crash.under-load] */
export async function measureRecovery(options: RecoveryOptions, course: Course): Promise<RecoveryReport> {
  const id = randomBytes(4).toString('hex');
  const tenant = parseTenant(`bench-${id}`);
  const folder = join(HOME, 'receiver');
  await mkdir(folder, { recursive: true });
  const record = join(folder, `${id}.jsonl`);
  const systems: OpenRecoveryOptions['systems'] = (stack) =>
    startService(stack, 'receiver', [RECEIVER, record, String(options.answerMs)]);
  const opened = { layout: options.layout, taskQueue: `bench-${id}`, systems, tell: course.tell };
  const engine = await openRecovery({ ...opened, code: 'first' });
  // The engine of the deploy lives until the end, as whoever deployed it would.
  const engines = [engine];
  try {
    const startedAt = Date.now();
    const runs = await startRuns(engine, tenant, { ...options, from: 0 });
    course.tell(`${runs.length} runs of ${options.steps} steps are under way`);
    const scene = { engine, engines, opened, tenant, runs: [...runs], record, startedAt, isDisrupted: false };
    const restarts = await untilEnded(scene, options, course);
    course.signal.throwIfAborted();
    const counts = (await countRuns(scene)) ?? {};
    const entries = await readRecord(record);
    const found = findEffects(entries, { tenant, runs: scene.runs });
    const builds = await runsByBuild(engines);
    const tookMs = Date.now() - startedAt;
    return reportOf({ options, started: scene.runs.length, restarts, entries, found, counts, builds, tookMs });
  } finally {
    course.tell('ending the stack');
    for (const each of engines.toReversed()) await each.close();
  }
}

async function untilEnded(scene: Scene, options: RecoveryOptions, course: Course): Promise<readonly Restart[]> {
  const over = new AbortController();
  const watched = watch(scene, course).finally(() => over.abort());
  const restarts = await disrupt(scene, options, { ...course, over: over.signal });
  await watched;
  return restarts;
}

async function deployBeside(scene: Scene, options: RecoveryOptions): Promise<void> {
  const { opened, engine, engines, tenant, runs } = scene;
  // The receiver is a system of the first engine.
  const deployed = await openRecovery({ ...opened, code: 'deployed', systems: async () => engine.systems });
  engines.push(deployed);
  const after = {
    runs: Math.max(1, Math.round(options.runs * AFTER_DEPLOY.runs)),
    steps: Math.max(1, Math.round(options.steps * AFTER_DEPLOY.steps)),
  };
  runs.push(...(await startRuns(deployed, tenant, { ...after, from: runs.length })));
}

async function startRuns(
  { client }: Engine,
  tenant: Tenant,
  { runs, steps, from }: Pick<RecoveryOptions, 'runs' | 'steps'> & { readonly from: number },
): Promise<readonly StartedRun[]> {
  return Promise.all(
    Array.from({ length: runs }, async (_, index) => {
      const name = `${tenant}/${from + index}`;
      const { runId } = await client.start(benchRecovery, { run: name, steps }, { tenant });
      return { name, steps, runId: runId as StartedRun['runId'] };
    }),
  );
}

// One after the other: what is killed next is killed when the one before it is back.
async function disrupt(
  scene: Scene,
  options: RecoveryOptions,
  { tell, signal, over }: Course & { readonly over: AbortSignal },
): Promise<readonly Restart[]> {
  const restarts: Restart[] = [];
  const ended = AbortSignal.any([signal, over]);
  const { engine, opened, startedAt } = scene;
  const deploy = (): Promise<void> => deployBeside(scene, options);
  const restarted = { engine, workers: `worker-${opened.taskQueue}-`, deploy };
  for (const { kind, atMs } of disruptions(options)) {
    await delay(Math.max(0, startedAt + atMs - Date.now()), undefined, { signal: ended }).catch(() => undefined);
    if (ended.aborted) return restarts;
    const workers = restarts.filter((one) => one.kind === 'worker').length;
    scene.isDisrupted = true;
    const done = await restart(restarted, kind, workers);
    scene.isDisrupted = false;
    if (done === undefined) continue;
    restarts.push(done);
    tell(`${Math.round(atMs / 1_000)} s: ${kind}, back after ${done.readyAt - done.killedAt} ms`);
  }
  return restarts;
}

/** Waits until no run is open, or none has moved for longer than any may need. */
async function watch(scene: Scene, { signal }: Course): Promise<void> {
  let moved = { at: Date.now(), entries: 0 };
  for (;;) {
    await delay(LOOK_MS);
    const counts = await countRuns(scene);
    const entries = (await readRecord(scene.record)).length;
    if (entries > moved.entries) moved = { at: Date.now(), entries };
    const ended = ['completed', 'failed', 'cancelled'].reduce((sum, status) => sum + (counts?.[status] ?? 0), 0);
    const isStuck = Date.now() - moved.at > STUCK_AFTER_MS;
    const areEnded = !scene.isDisrupted && ended >= scene.runs.length;
    if (signal.aborted || areEnded || (isStuck && counts !== undefined)) return;
  }
}

function countRuns({ engine, tenant }: Scene): Promise<RunCounts | undefined> {
  return runCounts(engine.stack.addresses.database.clientUrl, tenant);
}
