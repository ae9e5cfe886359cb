import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Answer, QuestionKind } from '../domain/answer.ts';
import type { StepPath } from '../domain/ids.ts';
import type { RunView, WaitingFor } from '../domain/run-view.ts';
import type { Steering } from './steering.ts';

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

/** What a part of a run tells the run, which people speak to alone. */
export interface PartNote {
  /** Which part. */
  readonly path: StepPath;
  /** The step that it is at, or was last. */
  readonly step: string;
  /** Model calls that it made so far, those of its own parts included. */
  readonly turns: number;
  readonly lastOutcome: string;
  /** Of several waits the one that people see first. */
  readonly waitingFor?: WaitingFor;
  /** Every open question, at most 50. */
  readonly questions: readonly OpenQuestion[];
}

/** A question of a run or of a part, as it is answered. */
export interface OpenQuestion {
  readonly name: string;
  readonly kind: QuestionKind;
}

/** Holds the run before its next step; a call in flight ends first. */
export const pauseRunUpdate = defineUpdate<{ status: string }, [ControlInput]>('pauseRun');
/** Lets a paused run go on; one that waits for what was down tries again at once. */
export const resumeRunUpdate = defineUpdate<{ status: string }, [ControlInput]>('resumeRun');
/** Answers a question of the run; refused when nobody asked it, or when the answer does not fit it. */
export const answerUpdate = defineUpdate<{ status: string }, [AnswerInput]>('answer');
/** Delivers an external event. */
export const deliverSignal = defineSignal<[SignalInput]>('deliver');
/** What the run is doing, as it knows itself; `inParts`: its parts know more of steps and turns. */
export const runViewQuery = defineQuery<RunView & { readonly inParts?: true }>('runView');

/** A run holds its parts and the runs that it started, or lets them go on, as it was told itself; `ending`: parts begin no more. */
export const steerSignal = defineSignal<[Steering]>('steer');
/** A run hands the answer to a question on to the part that asks it. */
export const answerPartSignal = defineSignal<[AnswerInput]>('answerPart');
/** A part tells its run, or the part that started it, what it does. */
export const partNoteSignal = defineSignal<[PartNote]>('partNote');

/** The search attributes of every run, all of type Keyword. */
export const SEARCH_ATTRIBUTES = {
  job: 'HoldfastJob',
  status: 'HoldfastStatus',
  tenant: 'HoldfastTenant',
  waitingFor: 'HoldfastWaitingFor',
} as const;
