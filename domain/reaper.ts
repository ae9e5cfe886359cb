import type { Tenant } from './ids.ts';

/** Which runs are swept: what the workflow of the sweeps starts with. */
export interface Swept {
  /** Default: those of every tenant. */
  readonly tenant?: Tenant;
}

/** What a row of sweeps came to. */
export interface SweepEnd {
  /** Where call workers are, when calls that runs left behind wait for them. */
  readonly calls?: string;
}

/** The Activity of the process that has the client's login to the database. */
export interface SweepActivities {
  /** Sweeps again and again; ends after some minutes, or as soon as a call worker is needed. */
  sweepForAWhile(swept: Swept): Promise<SweepEnd>;
}

/** The Activity of call workers. */
export interface LeftoverActivities {
  /** Settles a batch of the calls that runs left behind when they ended; sends nothing. */
  settleLeftovers(swept: Swept): Promise<void>;
}

/** The workflow of the sweeps, by the name under which its bundle exports it. */
export const REAPER_WORKFLOW = 'reaperWorkflow';

/** The schedule that makes sure of the sweeps of a Task Queue's runs; engines that share the queue share it. */
export function reaperScheduleOf(taskQueue: string): string {
  return `holdfast:reaper:${taskQueue}`;
}
