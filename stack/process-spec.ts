/** When a process is stopped: workers first, then services, the Temporal server, the database. */
export type Stage = 'worker' | 'service' | 'server' | 'database';

/** A Node process that a parent asks the stack to keep. */
export interface ProcessSpec {
  /** Unique among the processes of a stack, such as `worker-1`; names its log file. Lower case, digits and hyphens. */
  readonly name: string;
  readonly stage: 'worker' | 'service';
  /** What follows the Node binary: a source file and its arguments. */
  readonly args: readonly string[];
  /** The whole environment apart from `PATH`, `HOME` and the like: nothing else of the parent's is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** The process prints one JSON line with `"ready": true` on standard output; the stack hands that object back. */
  readonly ready?: { readonly stdoutJson: true };
  /** Whether it is started again when it dies. */
  readonly restart: boolean;
  /** How long it may take to end after SIGTERM, in milliseconds. At most 8,000 for a worker and 1,000 for a service. */
  readonly stopGraceMs: number;
}

/** A process that the stack keeps. */
export interface StartedProcess {
  readonly name: string;
  readonly stage: Stage;
  /** Of the process that runs, else of the last one. */
  readonly pid: number;
  /** `failed`: it died too often before it was ready, and is not started again. */
  readonly status: 'starting' | 'running' | 'restarting' | 'failed' | 'ended';
  /** ISO 8601, of the process that runs. */
  readonly startedAt: string;
  /** What it said when it became ready; empty before, and for a process that says nothing. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** How often it was started again. */
  readonly restarts: number;
}
