import type { RunId, Tenant } from './ids.ts';

/** A run to be entered, before Temporal is asked to start it. */
export interface NewRun {
  readonly tenant: Tenant;
  readonly runId: RunId;
  readonly job: string;
  readonly version: number;
  /** The pinned definition's canonical JSON. */
  readonly definition: Uint8Array;
  /** The input's canonical JSON. */
  readonly input: Uint8Array;
  /** Who started it. */
  readonly actor?: string;
  /** The run that asks for it, where one does. */
  readonly parent?: RunId;
}
