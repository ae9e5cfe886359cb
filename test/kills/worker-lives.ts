import { setTimeout as delay } from 'node:timers/promises';
import { STOPPING, type WorkerProcess } from '../fixtures/worker-process.ts';
import type { Chaos } from './chaos.ts';
import type { Life } from './random-plan.ts';

/** Starts the worker of one specification life after life; answers the one that stays. */
export async function alternate(
  { engine, done }: Chaos,
  index: number,
  lives: readonly Life[],
): Promise<WorkerProcess> {
  for (const life of lives) {
    const worker = await engine.startWorker(index, life.fault);
    const stood = worker.said(STOPPING).then(async () => {
      done.stops += 1;
      await delay(life.standsMs);
      worker.resume();
    });
    // It has ended before it stood.
    stood.catch(() => undefined);
    await Promise.race([worker.ended, delay(life.lastsMs)]);
    await worker.kill();
    done.kills += (await worker.ended) === 'SIGKILL' ? 1 : 0;
  }
  return engine.startWorker(index);
}

/** Stops the worker of one specification by SIGSTOP once, wherever it is, and lets it go on. */
export async function standStill(
  { engine, done }: Chaos,
  { index, afterMs, forMs }: { readonly index: number; readonly afterMs: number; readonly forMs: number },
): Promise<void> {
  const worker = await engine.startWorker(index);
  await delay(afterMs);
  process.kill(worker.pid, 'SIGSTOP');
  done.stops += 1;
  await delay(forMs);
  worker.resume();
}
