/** How one request failed. */
export type SendFailure =
  /** No byte left: no connection, or the gate refused the address. */
  | { readonly kind: 'not-sent'; readonly why: string }
  /** The connection broke, or the answer was cut, after bytes had left. */
  | { readonly kind: 'lost'; readonly why: string }
  /** The receiver answered with another status than 2xx. */
  | { readonly kind: 'answered'; readonly status: number; readonly why: string; readonly retryAfterMs?: number }
  /** The receiver answered 2xx, but with something that cannot be read. Adapters throw it too. */
  | { readonly kind: 'invalid-response'; readonly why: string; readonly status?: number }
  /** The endpoint is to be left alone for now; nothing was sent. `why` is a sentence. */
  | { readonly kind: 'cooling'; readonly why: string; readonly waitMs: number }
  /** The call asked for an address that is not its own. */
  | { readonly kind: 'foreign-address'; readonly why: string };

/** What the gate's `http` and `fetch` throw, and what adapters throw for an answer that they cannot read. */
export class SendError extends Error {
  override readonly name = 'SendError';
  readonly failure: SendFailure;

  constructor(failure: SendFailure, options: { readonly cause?: unknown } = {}) {
    super(failure.why, options.cause === undefined ? undefined : { cause: options.cause });
    this.failure = failure;
  }
}
