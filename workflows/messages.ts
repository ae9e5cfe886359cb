import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { RunView } from '../domain/run-view.ts';

/** Who asks, and why. */
export interface ControlInput {
  readonly actor: string;
  readonly reason?: string;
}

/** An external event for a run. */
export interface SignalInput {
  readonly name: string;
  /** A second delivery with the same id is the same event. */
  readonly id: string;
  readonly actor: string;
  /** Small JSON, at most 8 KiB. */
  readonly payload: unknown;
}

/** Holds the run before its next step; a call in flight ends first. */
export const pauseRunUpdate = defineUpdate<{ status: string }, [ControlInput]>('pauseRun');
/** Lets a paused run go on; one that waits for what was down tries again at once. */
export const resumeRunUpdate = defineUpdate<{ status: string }, [ControlInput]>('resumeRun');
/** Delivers an external event. */
export const deliverSignal = defineSignal<[SignalInput]>('deliver');
/** What the run is doing, as it knows itself. */
export const runViewQuery = defineQuery<RunView>('runView');

/** The search attributes of every run, all of type Keyword. */
export const SEARCH_ATTRIBUTES = {
  job: 'HoldfastJob',
  status: 'HoldfastStatus',
  tenant: 'HoldfastTenant',
  waitingFor: 'HoldfastWaitingFor',
} as const;
