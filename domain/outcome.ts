/** What the gate answers for a call. Values, not exceptions: the workflow decides what follows. */
export type Outcome<Value> = { readonly kind: 'committed'; readonly value: Value } | NotCommitted;

/** Every answer other than `committed`; `sentence` says in one sentence what, by which rule, and who can change it. */
export type NotCommitted =
  /** The receiver said no (4xx); nothing happened there. */
  | { readonly kind: 'rejected'; readonly status: number; readonly sentence: string }
  /** Policy forbids it. */
  | { readonly kind: 'denied'; readonly sentence: string }
  /** A person must decide first. */
  | { readonly kind: 'needs-approval'; readonly sentence: string }
  /** A stop covers it. */
  | { readonly kind: 'stopped'; readonly sentence: string }
  /** No money or turns left. */
  | { readonly kind: 'budget-exhausted'; readonly sentence: string }
  /** The same step was asked with other arguments, or another call holds the identity. */
  | { readonly kind: 'conflict'; readonly holder: Holder; readonly sentence: string }
  /** No cleared endpoint or system is up; try again after `waitMs`: a span and no moment, since the clocks of two machines differ. */
  | { readonly kind: 'unavailable'; readonly why: string; readonly waitMs: number; readonly sentence: string }
  /** Whether the effect happened cannot be known; a person must look. */
  | { readonly kind: 'unknown'; readonly sentence: string };

/** The call that holds what another wanted. */
export interface Holder {
  readonly runId: string;
  readonly stepPath: string;
}
