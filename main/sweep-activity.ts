import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { translateErrors } from '../activities/index.ts';
import type { Sweeps } from '../client/sweep/sweeps.ts';
import type { SweepActivities } from '../domain/reaper.ts';

const ROW_MS = 10 * 60_000;
const HEARTBEAT_MS = 2_000;

/** Sweeps again and again. `ending` aborts when the process ends: what is under way is left to the next one. */
export function createSweepForAWhile(sweeps: Sweeps, ending: AbortSignal): SweepActivities['sweepForAWhile'] {
  const { everyMs, callsQueue: calls } = sweeps;
  return translateErrors(async (scope) => {
    const context = Context.current();
    const over = AbortSignal.any([ending, context.cancellationSignal]);
    const beating = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
    try {
      for (const until = performance.now() + ROW_MS; performance.now() < until && !over.aborted;) {
        if ((await sweeps.once(scope)) > 0) return { calls };
        await sleep(everyMs, undefined, { signal: over }).catch(() => undefined);
      }
      return {};
    } finally {
      clearInterval(beating);
    }
  });
}
