import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Answer } from '../domain/answer.ts';
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

/** A person's answer to a question of the run. */
export interface AnswerInput {
  /** The question's name. */
  readonly question: string;
  /** The stored decision's id; a second delivery of it is the same answer. */
  readonly id: string;
  readonly actor: string;
  /** What the answer rests on, in the person's words. */
  readonly evidence: string;
  readonly answer: Answer;
}

/** Holds the run before its next step; a call in flight ends first. */
export const pauseRunUpdate = defineUpdate<{ status: string }, [ControlInput]>('pauseRun');
/** Lets a paused run go on; one that waits for what was down tries again at once. */
export const resumeRunUpdate = defineUpdate<{ status: string }, [ControlInput]>('resumeRun');
/** Answers a question of the run; refused when nobody asked it, or when the answer does not fit it. */
export const answerUpdate = defineUpdate<{ status: string }, [AnswerInput]>('answer');
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
