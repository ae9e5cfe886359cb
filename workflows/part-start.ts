import type { Facts } from '../domain/facts.ts';
import type { BlobRef, StepPath } from '../domain/ids.ts';
import type { RunSite, StepSkeleton } from '../domain/skeleton.ts';
import type { AgentState } from './agent-loop.ts';
import type { MapState } from './map-part.ts';

/** What a part of a run does, and where it stands. */
export type PartWork =
  | { readonly kind: 'agent'; readonly name: string; readonly state: AgentState }
  | { readonly kind: 'map'; readonly state: MapState };

/** A part as its run opens it. */
export interface NewPart {
  /** Names it within the run. */
  readonly path: StepPath;
  /** The steps of the manifest that it takes. */
  readonly steps: { readonly [name: string]: StepSkeleton };
  readonly work: PartWork;
}

/** What each execution of a part starts with: everything that it knows. */
export interface PartStart {
  readonly site: RunSite;
  readonly path: StepPath;
  readonly work: PartWork;
  readonly paused: boolean;
  /** Model calls that earlier executions made. */
  readonly turns: number;
  /** How many outages earlier executions told of. */
  readonly outages: number;
  /** The number of what earlier executions were told last; see `steering.ts`. */
  readonly steered?: number;
}

/** What a part came to. */
export interface PartEnd {
  readonly output: BlobRef;
  readonly facts: Facts;
  readonly turns: number;
  readonly lastOutcome: string;
}
