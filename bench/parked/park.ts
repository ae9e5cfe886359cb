import { setTimeout as delay } from 'node:timers/promises';
import { inParallel } from '../measuring/in-parallel.ts';
import { type Memory, memoryOf } from '../measuring/memory.ts';
import type { Course } from '../measuring/run-benchmark.ts';
import { receivedAt } from '../steps/found.ts';
import { type Usage, usageFrom, type Watched } from '../steps/usage.ts';
import type { ParkedOptions } from './options.ts';
import type { ParkedSide } from './sides.ts';

/** What runs of one side cost while they wait, and how soon all go on. */
export interface Parked {
  /** From the first start to the last one's being taken. */
  readonly startMs: number;
  /** From then until the workers have nothing left to do; 180,000 when they still had. */
  readonly settleMs: number;
  /** Before the first start, and while all wait. */
  readonly before: Memory;
  readonly while: Memory;
  /** Processor time used in each second of waiting, in milliseconds. */
  readonly cpuMsPerSecond: Omit<Usage, 'machine'>;
  /** From the first signal to the last run's write at the receiver. */
  readonly wakeMs: number;
  readonly woken: number;
}

/** What a side is parked with. */
export interface ParkingLot {
  readonly options: ParkedOptions;
  readonly receiver: string;
  readonly watched: Omit<Watched, 'workers'>;
  readonly course: Course;
}

const AT_ONCE = 40;
const LOOK_MS = 100;
// Workers that use less than this in a second have nothing left to do.
const QUIET_MS = 120;
const QUIET_WITHIN_S = 180;
const WAKE_WITHIN_MS = 300_000;

/** Starts the runs of one side, lets them wait, and wakes them all. */
export async function park(side: ParkedSide, lot: ParkingLot): Promise<Parked> {
  const { options, receiver, course } = lot;
  const watched = { ...lot.watched, workers: side.pids };
  await quiet(watched, course);
  const before = memoryOf(watched);
  const startedAt = performance.now();
  const runIds = await inParallel(
    Array.from({ length: options.runs }, (_, index) => index),
    AT_ONCE,
    (number) => side.start(number),
  );
  const startMs = Math.round(performance.now() - startedAt);
  const settleMs = await quiet(watched, course);
  course.tell(`${side.name}: ${options.runs} runs wait`);
  const usageSince = usageFrom(watched);
  await delay(options.seconds * 1_000, undefined, { signal: course.signal });
  const { workers, server, database } = perSecond(usageSince(), options.seconds);
  const waiting = memoryOf(watched);
  const wakeAt = performance.now();
  const signalled = inParallel(runIds, AT_ONCE, (runId) => side.wake(runId));
  const woken = await allArrived(receiver, { path: side.path, count: options.runs, signal: course.signal });
  const wakeMs = Math.round(performance.now() - wakeAt);
  await signalled;
  await quiet(watched, course);
  course.tell(`${side.name}: all woken in ${wakeMs} ms`);
  return { startMs, settleMs, before, while: waiting, cpuMsPerSecond: { workers, server, database }, wakeMs, woken };
}

function perSecond(usage: Usage, seconds: number): Usage {
  const of = (ms: number): number => Number((ms / seconds).toFixed(1));
  return {
    workers: of(usage.workers),
    server: of(usage.server),
    database: of(usage.database),
    machine: of(usage.machine),
  };
}

/** Waits until the workers have nothing left to do; how long that took, in milliseconds. */
async function quiet(watched: Watched, { signal }: Course): Promise<number> {
  for (let second = 0; second < QUIET_WITHIN_S; second += 1) {
    const usageSince = usageFrom(watched);
    await delay(1_000, undefined, { signal });
    if (usageSince().workers < QUIET_MS) return second * 1_000;
  }
  return QUIET_WITHIN_S * 1_000;
}

async function allArrived(
  receiver: string,
  { path, count, signal }: { readonly path: string; readonly count: number; readonly signal: AbortSignal },
): Promise<number> {
  const deadline = performance.now() + WAKE_WITHIN_MS;
  for (;;) {
    const { keys } = await receivedAt(receiver, path);
    if (keys >= count || performance.now() > deadline) return keys;
    await delay(LOOK_MS, undefined, { signal });
  }
}
