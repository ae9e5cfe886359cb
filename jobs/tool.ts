import { z } from 'zod';
import type { Identity } from '../domain/digest.ts';
import { type Duration, durationMs } from '../domain/duration.ts';
import type { Effect, EffectClass } from '../domain/effects.ts';
import type { Facts, NoFacts } from '../domain/facts.ts';
import { refuseUnknownFields } from './known-fields.ts';
import type { SendContext } from './send-context.ts';

declare const types: unique symbol;

const DEFAULT_TOOL_TIMEOUT: Duration = '30 seconds';

/** A tool with its functions erased to `unknown`; the gate parses before and after every one of them. */
export interface Tool<out In = unknown, out Out = unknown, out F = Facts> {
  readonly kind: 'tool';
  /** The name that policies and the ledger see: 1 to 128 printable characters. A model knows it by its alias. */
  readonly name: string;
  /** Raised whenever its behaviour changes; part of its digest. */
  readonly version: number;
  /** What it does, in a sentence a model can choose by. */
  readonly description: string;
  /** The system of `temporal.yaml` that its `http` speaks to; absent for a tool that only computes. */
  readonly system: string | undefined;
  readonly effect: Effect;
  readonly class: EffectClass;
  /** Longest attempt at the send, in milliseconds. */
  readonly timeoutMs: number;
  /** How long the receiver remembers an idempotency key, in milliseconds (class A). */
  readonly keyTtlMs: number | undefined;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly identity: ((input: unknown) => Identity) | undefined;
  readonly facts: ((input: unknown) => Facts) | undefined;
  readonly resultFacts: ((output: unknown) => Facts) | undefined;
  readonly send: (input: unknown, context: SendContext) => Promise<unknown>;
  readonly readBack: ((input: unknown, context: SendContext) => Promise<unknown>) | undefined;
  readonly reconcile: ((input: unknown, context: SendContext) => Promise<unknown>) | undefined;
  readonly [types]: { readonly in: In; readonly out: Out; readonly facts: F };
}

/** What every tool declares. */
interface ToolBase<In, Sent, Out, F extends Facts> {
  /**
   * As its server or API calls it: 1 to 128 printable characters, unique in a job. One that models may not use, such as
   * `math.factorial`, is offered to them under an alias.
   */
  readonly name: string;
  readonly version: number;
  readonly description?: string;
  readonly system?: string;
  /** Unknown fields are refused: an object schema is closed when the tool is defined. */
  readonly input: z.ZodType<Sent, In>;
  readonly output: z.ZodType<Out>;
  /** Default 30 seconds. */
  readonly timeout?: Duration;
  /** Trusted fields of the input, for the ledger and for read-back. */
  readonly facts?: (input: Sent) => Facts;
  /** What the workflow may see of the output. */
  readonly resultFacts?: (output: Out) => F;
  readonly send: (input: Sent, context: SendContext) => Promise<unknown>;
}

/** A tool that changes nothing. */
interface Read {
  readonly effect: 'read';
}

/** A tool that changes something; its class says what the receiver can do about repeats. */
type Write<Sent> = {
  readonly effect: 'write' | 'egress';
  /** What is done: two effects with one identity are one effect, whatever run asks. */
  readonly identity?: (input: Sent) => Identity;
  /** Asks the receiver for what the send entered; it must parse by the input schema and give the same facts. */
  readonly readBack?: (input: Sent, context: SendContext) => Promise<unknown>;
} &
  /**
   * `keyTtl`: how long the receiver remembers an idempotency key. After it a call that may have been sent is like class C: asked
   * for by `reconcile`, and without one `unknown`, for a person to decide.
   */
  (
    | { readonly class: 'A'; readonly keyTtl: Duration; readonly reconcile?: Reconcile<Sent> }
    | { readonly class: 'B' | 'D' }
    | { readonly class: 'C'; readonly reconcile: Reconcile<Sent> }
  );

/**
 * Answers what an earlier send achieved, in the form of the output, or `undefined` when nothing did; then it is sent again. It may
 * ask as soon as a second after that send: a receiver that may still be busy entering it must not answer as if there were nothing.
 */
type Reconcile<Sent> = (input: Sent, context: SendContext) => Promise<unknown>;

/** What {@link defineTool} takes. */
export type ToolSpec<In, Sent, Out, F extends Facts> = ToolBase<In, Sent, Out, F> & (Write<Sent> | Read);

const TOOL_FIELDS = (
  'name version description system input output timeout facts resultFacts send effect identity readBack class keyTtl ' +
  'reconcile'
).split(' ');

interface Declared {
  readonly effect: Effect;
  readonly class?: EffectClass;
  readonly keyTtl?: Duration;
  readonly identity?: (input: never) => Identity;
  readonly readBack?: (input: never, context: SendContext) => Promise<unknown>;
  readonly reconcile?: (input: never, context: SendContext) => Promise<unknown>;
}

/**
 * Declares a tool. Reads repeat freely and count as class A; everything else declares its class.
 * @throws JobError `invalid-job` for a duration of another form, or a field that nothing honours
 */
export function defineTool<In, Sent, Out, F extends Facts = NoFacts>(
  spec: ToolSpec<In, Sent, Out, F>,
): Tool<In, Out, F> {
  refuseUnknownFields(`The tool "${spec.name}"`, spec, TOOL_FIELDS);
  const declared: Declared = spec;
  const erased = {
    kind: 'tool',
    name: spec.name,
    version: spec.version,
    description: spec.description ?? spec.name.replaceAll('_', ' '),
    system: spec.system,
    effect: spec.effect,
    class: declared.class ?? 'A',
    timeoutMs: durationMs(spec.timeout ?? DEFAULT_TOOL_TIMEOUT),
    keyTtlMs: declared.keyTtl === undefined ? undefined : durationMs(declared.keyTtl),
    input: closed(spec.input),
    output: spec.output,
    identity: declared.identity,
    facts: spec.facts,
    resultFacts: spec.resultFacts,
    send: spec.send,
    readBack: declared.readBack,
    reconcile: declared.reconcile,
  };
  // The functions take what the schema parsed; the phantom member exists for the type checker alone.
  return erased as unknown as Tool<In, Out, F>;
}

function closed(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodObject && schema.def.catchall === undefined ? schema.strict() : schema;
}

/** The input that callers of a tool give. */
export type ToolInput<T extends Tool> = T[typeof types]['in'];
/** The output that a tool gives. */
export type ToolOutput<T extends Tool> = T[typeof types]['out'];
/** The facts that a workflow sees of a tool's output. */
export type ToolFacts<T extends Tool> = T[typeof types]['facts'];
