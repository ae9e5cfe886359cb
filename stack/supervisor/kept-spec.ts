import type { Stage } from '../process-spec.ts';

/** One step of stopping a process: a signal, and how long it may take to end after it. SIGKILL follows the last. */
export interface StopStep {
  readonly signal: NodeJS.Signals;
  readonly graceMs: number;
}

/** Everything the supervisor has to know to run a process, and to run it again. Plain JSON. */
export interface KeptSpec {
  readonly name: string;
  readonly stage: Stage;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Runs as this user instead of the supervisor's. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /**
   * When it is ready: as soon as it runs, by a JSON line on its standard output, or when whoever started it has tried it
   * and confirms that it works.
   */
  readonly readyBy: 'start' | 'json' | 'confirmation';
  readonly restart: boolean;
  readonly stop: readonly StopStep[];
}

/** Whether two specifications ask for the same process. */
export function sameSpec(left: KeptSpec, right: KeptSpec): boolean {
  return JSON.stringify(ordered(left)) === JSON.stringify(ordered(right));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(
    entries.sort(([left], [right]) => (left < right ? -1 : 1)).map(([key, field]) => [key, ordered(field)]),
  );
}
