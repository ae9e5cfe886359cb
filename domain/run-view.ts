import type { QuestionShown } from './answer.ts';

/** How a run ended. */
export type EndStatus = 'completed' | 'failed' | 'cancelled';
/** What a run may be while it is open. */
export type NotedStatus = 'running' | 'paused' | 'waiting';
/** What a run is. */
export type RunStatus = NotedStatus | EndStatus;

/** Every status a run may have. */
export const RUN_STATUSES = [
  'running',
  'paused',
  'waiting',
  'completed',
  'failed',
  'cancelled',
] as const satisfies readonly RunStatus[];

/** Every kind of thing that a run may wait for. */
export const WAIT_KINDS = ['signal', 'unavailable', 'answer', 'time'] as const;

/** What a run waits for. */
export interface WaitingFor extends Partial<QuestionShown> {
  /** A signal from a person or system, an endpoint or system that is down, a person's answer to a question, or a moment. */
  readonly kind: (typeof WAIT_KINDS)[number];
  /** The signal's name, the path of the step that is held up, or what the moment is called. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Milliseconds since the epoch; absent when the wait has none. */
  readonly deadline?: number;
  /** One sentence: what is needed, and who can give it. */
  readonly sentence: string;
  /** How often people were reminded of it; absent before the first time. */
  readonly reminders?: number;
}

/** What people see of a run. */
export interface RunView {
  readonly runId: string;
  readonly job: string;
  readonly status: RunStatus;
  /** The step path it is at, or was last. */
  readonly step: string;
  readonly waitingFor?: WaitingFor;
  /** Model calls made so far. */
  readonly turns: number;
  readonly lastOutcome: string;
  /** A bug in job code, a missing worker or an Activity that keeps failing: the error, and how often it was tried. */
  readonly blocked?: { readonly error: string; readonly attempts: number };
  readonly end?: { readonly code: string; readonly sentence: string };
}
