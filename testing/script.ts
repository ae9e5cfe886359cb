import type { Ref } from '../domain/ref.ts';
import type { BoundSteps, Job } from '../jobs/job.ts';

/** One tool call as the scripted model makes it. Nothing is checked: what does not fit is what a model may say, too. */
export interface ScriptedCall {
  /** The tool's name as models see it, such as `find_vendor`. */
  readonly call: string;
  /** The arguments; default none. */
  readonly with?: unknown;
}

/** How a model's endpoint can fail a call, by the answer it gives: 429, 500, 408, or a connection that breaks. */
export const MODEL_FAILURES = {
  'rate-limited': 429,
  'server-error': 500,
  timeout: 408,
  'connection-lost': 0,
} as const;

/** One of {@link MODEL_FAILURES}. The call is made again, which takes the next turn of the script. */
export type ModelFailure = keyof typeof MODEL_FAILURES;

/** What the scripted model answers to one model call of an agent. */
export type ScriptedTurn<Out = unknown> =
  /** Hands in the agent's output. One that does not fit its schema is a call of `submit`. */
  | { readonly submit: Out }
  | ScriptedCall
  /** Several tool calls at once. */
  | { readonly calls: readonly ScriptedCall[] }
  /** Only talks. */
  | { readonly say: string }
  | { readonly refuse: string }
  | { readonly fail: ModelFailure };

/** What an agent asks its model. */
export interface AskedTurn {
  readonly agent: string;
  /** Which turn of this agent in the rehearsal, from 1. */
  readonly turn: number;
  /** The step path of the model call, such as `triage/turn-1`. */
  readonly step: string;
  /** The messages so far, in the form of Chat Completions. */
  readonly messages: readonly unknown[];
}

/** The turns of one agent, in order, or a function that makes each of them. */
export type AgentScript<Out = unknown> = readonly ScriptedTurn<Out>[] | ((asked: AskedTurn) => ScriptedTurn<Out>);

/** What a step of a job comes to. */
type OutputOfStep<Step> = Step extends (input: never) => Promise<Ref<infer Out, unknown>> ? Out : unknown;

/** The scripts of a job's agents by their name in the manifest. */
export type Script<J extends Job> = {
  readonly [Name in keyof BoundSteps<J>]?: AgentScript<OutputOfStep<BoundSteps<J>[Name]>>;
};
