import type { z } from 'zod';
import type { Verdict } from '../domain/verdict.ts';
import type { Tool, ToolInput, ToolOutput } from './tool.ts';

declare const types: unique symbol;

/** Tools by the name they are used under. */
export type Tools = { readonly [name: string]: Tool };

/** Reading tools as a verifier calls them; each call passes the gate under `…/verify/<verifier>/<tool>`. */
export type Readers<T extends Tools> = {
  readonly [K in keyof T]: (input: ToolInput<T[K]>) => Promise<ToolOutput<T[K]>>;
};

/** Judges what an agent made from what it was given. */
export interface Verifier<in In = never, in Out = never> {
  readonly kind: 'verifier';
  readonly name: string;
  readonly version: number;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  /** Tools of effect `read` that it may call. */
  readonly tools: Tools;
  readonly judge: (subject: { input: unknown; output: unknown }, readers: Readers<Tools>) => Promise<Verdict>;
  readonly [types]: (subject: { input: In; output: Out }) => void;
}

/** What {@link defineVerifier} takes. */
export interface VerifierSpec<In, Out, T extends Tools> {
  readonly name: string;
  /** Raised whenever its judgement changes. */
  readonly version: number;
  readonly input: z.ZodType<In>;
  readonly output: z.ZodType<Out>;
  /** Reading tools it calls; without any it is pure. */
  readonly tools?: T;
  readonly judge: (subject: { input: In; output: Out }, readers: Readers<T>) => Verdict | Promise<Verdict>;
}

/** Declares a verifier. A thrown error is no verdict: the step is tried again, then ends `unverified`. */
export function defineVerifier<In, Out, T extends Tools = Record<never, never>>(
  spec: VerifierSpec<In, Out, T>,
): Verifier<In, Out> {
  const erased = {
    kind: 'verifier',
    name: spec.name,
    version: spec.version,
    input: spec.input,
    output: spec.output,
    tools: spec.tools ?? {},
    judge: async (subject: { input: In; output: Out }, readers: Readers<T>) => spec.judge(subject, readers),
  };
  // Parsed by its own schemas before every call; the phantom member exists for the type checker alone.
  return erased as unknown as Verifier<In, Out>;
}
