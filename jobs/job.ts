import type { z } from 'zod';
import type { DataClass } from '../domain/effects.ts';
import type { Identity } from '../domain/digest.ts';
import { type Duration, durationMs } from '../domain/duration.ts';
import type { NoFacts } from '../domain/facts.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Ref } from '../domain/ref.ts';
import type { Skeleton } from '../domain/skeleton.ts';
import type { Agent, AgentFacts, AgentInput, AgentOutput, AgentTools } from './agent.ts';
import type { Check, CheckInput } from './check.ts';
import type { Tool, ToolFacts, ToolInput, ToolOutput } from './tool.ts';
import { refuseUnknownFields } from './known-fields.ts';
import type { Tools } from './verifier.ts';

declare const types: unique symbol;

/** A step as job code calls it: one argument, bytes or a reference to them; one reference back. */
export interface Step<in In, out Out, out F = NoFacts> extends NamedStep<In, Out, F> {
  /** Names one repetition in parallel code (`step.as('line-3')(…)`): 1 to 60 letters, digits, `-` and `_`, once in a run. */
  as(name: string): NamedStep<In, Out, F>;
}

/** An agent as job code calls it. */
export interface AgentStep<in In, out Out, out F, in T extends string> extends Step<In, Out, F> {
  /**
   * The same agent with fewer tools than it has, such as those that the run's input calls for; named as in `defineAgent`. A call of
   * another one is refused like that of an unknown tool. At most 4,096 bytes of names; one that the agent does not have ends the
   * run with `invalid-input`.
   */
  with(options: { readonly tools: readonly T[] }): Step<In, Out, F>;
}

/** A step whose place in its run is settled. */
export interface NamedStep<in In, out Out, out F = NoFacts> {
  (input: In | Ref<In, unknown>): Promise<Ref<Out, F>>;
  /** What the step came to, as a value: a tool is not waited for and nobody is asked; an agent or check that would have ended the run answers `rejected`. */
  try(input: In | Ref<In, unknown>): Promise<Outcome<Ref<Out, F>>>;
}

/** Agents by name. */
export type Agents = { readonly [name: string]: Agent };
/** Checks by name. */
export type Checks = { readonly [name: string]: Check };

/** The bound, typed step of each agent, tool and check. */
export type StepsOf<Parts> = {
  readonly [K in keyof Parts]: Parts[K] extends Agent
    ? AgentStep<AgentInput<Parts[K]>, AgentOutput<Parts[K]>, AgentFacts<Parts[K]>, AgentTools<Parts[K]>>
    : Parts[K] extends Tool
      ? Step<ToolInput<Parts[K]>, ToolOutput<Parts[K]>, ToolFacts<Parts[K]>>
      : Step<CheckInput<Parts[K]>, CheckInput<Parts[K]>>;
};

/** A job's manifest with its functions erased to `unknown`. */
export interface Job<out In = unknown, out Out = unknown, out Steps = unknown, out Given = unknown> {
  readonly kind: 'job';
  readonly name: string;
  readonly version: number;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly dataClass: DataClass;
  readonly identity: (input: unknown) => Identity;
  readonly agents: Agents;
  readonly tools: Tools;
  readonly checks: Checks;
  readonly budget: { readonly turns: number; readonly withinMs: number };
  /** Absent when the job says nothing of them. */
  readonly questions?: NonNullable<Skeleton['questions']>;
  readonly [types]: { readonly in: In; readonly given: Given; readonly out: Out; readonly steps: Steps };
}

/** What bounds each agent of a job. */
export interface Budget {
  /** The most model calls an agent may make: 1 to 200, default 12. */
  readonly turns?: number;
  /** How long an agent may work, waiting for a person, a pause or an endpoint not counted; default 2 hours. */
  readonly within?: Duration;
}

/** How questions to a person are kept open: an effect that is not known, an output that nobody got right. */
export interface Questions {
  /** How long; the run ends with the code of what is open after it. Default 7 days. */
  readonly within?: Duration;
  /** How often people are reminded; default never. */
  readonly remindEvery?: Duration;
}

/** What {@link defineJob} takes. */
export interface JobSpec<In, Given, Out, A extends Agents, T extends Tools, C extends Checks> {
  /** `a-z`, `0-9` and `-`, starting with a letter, at most 63. */
  readonly name: string;
  /** Raised with every change that open runs must not see. */
  readonly version: number;
  /** What a run starts with; fields with a default may be left out by whoever starts it. */
  readonly input: z.ZodType<Given, In>;
  readonly output: z.ZodType<Out>;
  /** How sensitive what it handles is; endpoints not cleared for it are never called. */
  readonly dataClass: DataClass;
  /** What was asked: two starts with one identity are one run. */
  readonly identity: (input: NoInfer<Given>) => Identity;
  readonly agents?: A;
  /** One name cannot be agent and tool. */
  readonly tools?: T & { readonly [K in keyof NoInfer<A>]?: never };
  readonly checks?: C & { readonly [K in keyof NoInfer<A> | keyof NoInfer<T>]?: never };
  readonly budget?: Budget;
  readonly questions?: Questions;
}

const JOB_FIELDS = 'name version input output dataClass identity agents tools checks budget questions'.split(' ');
const BUDGET_FIELDS = ['turns', 'within'];
const QUESTIONS_FIELDS = ['within', 'remindEvery'];
const DEFAULT_OPEN: Duration = '7 days';
const DEFAULT_TURNS = 12;
const DEFAULT_WITHIN: Duration = '2 hours';

/**
 * Declares a job. What it names is checked when it is registered.
 * @throws JobError `invalid-job` for a duration of another form, or a field that nothing honours
 */
export function defineJob<
  In,
  Given,
  Out,
  A extends Agents = Record<never, never>,
  T extends Tools = Record<never, never>,
  C extends Checks = Record<never, never>,
>(spec: JobSpec<In, Given, Out, A, T, C>): Job<In, Out, StepsOf<A & T & C>, Given> {
  refuseUnknownFields(`The job "${spec.name}"`, spec, JOB_FIELDS);
  refuseUnknownFields(`The budget of "${spec.name}"`, spec.budget ?? {}, BUDGET_FIELDS);
  refuseUnknownFields(`The questions of "${spec.name}"`, spec.questions ?? {}, QUESTIONS_FIELDS);
  const erased = {
    kind: 'job',
    name: spec.name,
    version: spec.version,
    input: spec.input,
    output: spec.output,
    dataClass: spec.dataClass,
    identity: spec.identity,
    agents: spec.agents ?? {},
    tools: spec.tools ?? {},
    checks: spec.checks ?? {},
    budget: { turns: spec.budget?.turns ?? DEFAULT_TURNS, withinMs: durationMs(spec.budget?.within ?? DEFAULT_WITHIN) },
    ...questionsOf(spec.questions),
  };
  // Parsed by its own schemas; the phantom member exists for the type checker alone.
  return erased as unknown as Job<In, Out, StepsOf<A & T & C>, Given>;
}

// It stands in every run's history, so that a job which says nothing of it pays nothing.
function questionsOf(questions: Questions | undefined): { questions?: NonNullable<Skeleton['questions']> } {
  if (questions === undefined) return {};
  const { within = DEFAULT_OPEN, remindEvery } = questions;
  const reminds = remindEvery === undefined ? {} : { remindEveryMs: durationMs(remindEvery) };
  return { questions: { withinMs: durationMs(within), ...reminds } };
}

/** What a run of a job starts with. */
export type InputOf<J extends Job> = J[typeof types]['in'];
/** What a job's workflow is given: the same as its schema parsed it, defaults filled in. */
export type GivenOf<J extends Job> = J[typeof types]['given'];
/** What a run of a job ends with. */
export type OutputOf<J extends Job> = J[typeof types]['out'];
/** The typed steps a job's workflow is given. */
export type BoundSteps<J extends Job> = J[typeof types]['steps'];
