import type { z } from 'zod';
import type { Facts, NoFacts } from '../domain/facts.ts';
import { refuseUnknownFields } from './known-fields.ts';
import type { Tools, Verifier } from './verifier.ts';

declare const types: unique symbol;

/** What an agent is shown of its input: a text with its media type, framed as an untrusted user message. */
export interface Shown {
  readonly mediaType: string;
  readonly text: string;
}

/** A named model worker with its functions erased to `unknown`. */
export interface Agent<out In = unknown, out Out = unknown, out F = Facts, out T extends string = string> {
  readonly kind: 'agent';
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  /** The file with its instructions; its text is pinned when a run starts. */
  readonly prompt: URL;
  readonly tools: Tools;
  readonly verify: readonly Verifier[];
  /** Endpoint names in order of preference. */
  readonly endpoints: readonly string[];
  readonly show: ((input: unknown) => Shown) | undefined;
  readonly resultFacts: ((output: unknown) => Facts) | undefined;
  readonly [types]: { readonly in: In; readonly out: Out; readonly facts: F; readonly tools: T };
}

/** What {@link defineAgent} takes. */
export interface AgentSpec<In, Out, F extends Facts, T extends Tools = Tools> {
  readonly input: z.ZodType<In>;
  readonly output: z.ZodType<Out>;
  readonly prompt: URL;
  readonly tools?: T;
  /** All of them judge every output; each must be content before it counts. */
  readonly verify?: readonly Verifier<NoInfer<In>, NoInfer<Out>>[];
  /** In the order of preference; default every endpoint of temporal.yaml, in the order of the file. */
  readonly endpoints?: readonly string[];
  /** Default: the input as JSON. */
  readonly show?: (input: NoInfer<In>) => Shown;
  /** What the workflow may see of the output. */
  readonly resultFacts?: (output: NoInfer<Out>) => F;
}

/** What an agent names that names no endpoint: all of them, in the order of temporal.yaml. */
export const EVERY_ENDPOINT = 'default';

const AGENT_FIELDS = 'input output prompt tools verify endpoints show resultFacts'.split(' ');

/**
 * Declares an agent: model turns with tool calls until an output passes every verifier.
 * @throws JobError `invalid-job` for a field that nothing honours
 */
export function defineAgent<In, Out, F extends Facts = NoFacts, T extends Tools = Record<never, never>>(
  spec: AgentSpec<In, Out, F, T>,
): Agent<In, Out, F, keyof T & string> {
  refuseUnknownFields('An agent', spec, AGENT_FIELDS);
  const erased = {
    kind: 'agent',
    input: spec.input,
    output: spec.output,
    prompt: spec.prompt,
    tools: spec.tools ?? {},
    verify: spec.verify ?? [],
    endpoints: spec.endpoints ?? [EVERY_ENDPOINT],
    show: spec.show,
    resultFacts: spec.resultFacts,
  };
  // Parsed by its own schemas around every call; the phantom member exists for the type checker alone.
  return erased as unknown as Agent<In, Out, F, keyof T & string>;
}

/** What an agent is given. */
export type AgentInput<A extends Agent> = A[typeof types]['in'];
/** What an agent hands in. */
export type AgentOutput<A extends Agent> = A[typeof types]['out'];
/** The facts that a workflow sees of an agent's output. */
export type AgentFacts<A extends Agent> = A[typeof types]['facts'];
/** The names under which an agent has its tools. */
export type AgentTools<A extends Agent> = A[typeof types]['tools'];
