import type { Swept } from '../../domain/reaper.ts';
import type { ClientParts } from '../client.ts';
import { ensureReaper } from './reaper-schedule.ts';
import { sweep } from './sweep.ts';
import type { SweepParts } from './sweep-options.ts';

/** How what is stuck is looked for. */
export type SweepsOptions = Pick<SweepParts, 'limits' | 'logger'>;

/** What looks for what is stuck. */
export interface Sweeps {
  /** Between the end of a sweep and the next, in milliseconds. */
  readonly everyMs: number;
  /** The Task Queue of the call workers. */
  readonly callsQueue: string;
  /** Sweeps once, bounded; answers how many calls and answers wait for a call worker. */
  once(swept: Swept): Promise<number>;
  /** Makes sure of the schedule that keeps the sweeps going. */
  schedule(swept: Swept): Promise<void>;
}

/** The sweeps of a client. */
export function sweepsOf(parts: ClientParts, { limits, logger }: SweepsOptions): Sweeps {
  return {
    everyMs: limits.everyMs,
    callsQueue: parts.callsQueue ?? parts.taskQueue,
    once: (swept) => sweep({ ...parts, limits, logger }, swept),
    schedule: (swept) => ensureReaper(parts, swept),
  };
}
