import type { AlarmKind } from '../domain/alarm.ts';
import type { BlobRef, Tenant } from '../domain/ids.ts';
import type { RunView } from '../domain/run-view.ts';

/** A run as the projection knows it. */
export interface ListedRun extends Omit<RunView, 'blocked'> {
  readonly tenant: Tenant;
  readonly version: number;
  readonly startedAt: Date;
  readonly closedAt?: Date;
  readonly modelCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The model's name as the endpoint reported it; empty before the first call. */
  readonly model: string;
  /** Who started it; empty when nobody was named. */
  readonly actor: string;
  /** The blob of what the run ended with. */
  readonly result?: BlobRef;
}

/** A run seen through the projection and, while it is open, through its own answer. */
export interface SeenRun extends ListedRun {
  readonly blocked?: { readonly error: string; readonly attempts: number };
  /** What of it is stuck until a person looks; absent when nothing is. */
  readonly alarms?: readonly { readonly kind: AlarmKind; readonly sentence: string; readonly raisedAt: Date }[];
  /** Whether the run answered itself. If not, the status is the projection's, `ageMs` old. */
  readonly live: boolean;
  /** How old what is shown is, in milliseconds; 0 when the run answered itself. */
  readonly ageMs: number;
}
