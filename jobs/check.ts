import type { z } from 'zod';
import type { Verdict } from '../domain/verdict.ts';
import type { Readers, Tools } from './verifier.ts';

declare const types: unique symbol;

/** A step that judges a value and gives it back unchanged, or ends the run. */
export interface Check<in In = never> {
  readonly kind: 'check';
  readonly version: number;
  readonly input: z.ZodType;
  readonly tools: Tools;
  readonly judge: (input: unknown, readers: Readers<Tools>) => Promise<Verdict>;
  readonly [types]: (input: In) => void;
}

/** What {@link defineCheck} takes. */
export interface CheckSpec<In, T extends Tools> {
  /** Raised whenever its judgement changes. */
  readonly version: number;
  readonly input: z.ZodType<In>;
  /** Reading tools it calls; without any it is pure. */
  readonly tools?: T;
  readonly judge: (input: In, readers: Readers<T>) => Verdict | Promise<Verdict>;
}

/** Declares a check. A failing verdict ends the run `rejected` with the first finding's sentence. */
export function defineCheck<In, T extends Tools = Record<never, never>>(spec: CheckSpec<In, T>): Check<In> {
  const erased = {
    kind: 'check',
    version: spec.version,
    input: spec.input,
    tools: spec.tools ?? {},
    judge: async (input: In, readers: Readers<T>) => spec.judge(input, readers),
  };
  // Parsed by its own schema before every call; the phantom member exists for the type checker alone.
  return erased as unknown as Check<In>;
}

/** What a check judges. */
export type CheckInput<C> = C extends Check<infer In> ? In : never;
