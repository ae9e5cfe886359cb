import type { NoFacts } from './facts.ts';

declare const content: unique symbol;

/** What a step returns to the workflow: where the bytes lie, and the few facts the workflow may decide on. */
export interface Ref<out Value, out Known = NoFacts> {
  /** The blob's reference, 22 characters of base64url. */
  readonly ref: string;
  /** At most 512 bytes, computed in the Activity by the agent's or tool's own `resultFacts`. */
  readonly facts: Readonly<Known>;
  /** Type only: what the bytes hold. */
  readonly [content]: Value;
}
