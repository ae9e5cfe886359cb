import type { Outcome } from '../domain/outcome.ts';
import type { GOVERNED_CALL, PlainExecution } from '../domain/plain-execution.ts';

/** A governed call of a Workflow that is no job. */
export interface GovernedCallInput {
  /** By its name under the plugin's `tools`. */
  readonly tool: string;
  readonly input: unknown;
  /** The longest attempt that the Workflow allows for, in milliseconds. */
  readonly timeoutMs: number;
  readonly execution: PlainExecution;
  /** Who started the Workflow, where its client says so. */
  readonly actor?: string;
}

/** What a plain Workflow may ask of a worker that has the plugin. */
export interface GovernedActivities {
  [GOVERNED_CALL](input: GovernedCallInput): Promise<Outcome<unknown>>;
}
