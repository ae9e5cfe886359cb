/** What an adapter gets: the only way out that it has. */
export interface SendContext {
  /** Speaks JSON to the call's own destination; its credential is added on the way. */
  readonly http: HttpClient;
  /** A `fetch` that reaches the call's own destination alone, for libraries that take one. */
  readonly fetch: typeof globalThis.fetch;
  readonly tenant: string;
  /** The run whose call it is. */
  readonly runId: string;
  /** The call's key, to be sent as the Idempotency-Key. */
  readonly key: string;
  /** Aborts when the run is cancelled, the deadline passes or the worker loses its lease. */
  readonly signal: AbortSignal;
}

/** Options of one request. */
export interface HttpOptions {
  /** Sent as the `Idempotency-Key` header. */
  readonly key?: string;
  /** Query parameters; `undefined` and `null` are left out. */
  readonly query?: { readonly [name: string]: string | number | boolean | null | undefined };
  readonly headers?: { readonly [name: string]: string };
}

/**
 * A small JSON client; each method answers the parsed body of a 2xx, `undefined` for an empty one, and throws a `SendError`
 * for anything else. A path is appended to the destination's own; an absolute address must be of its origin.
 */
export interface HttpClient {
  get(path: string, options?: HttpOptions): Promise<unknown>;
  post(path: string, body: unknown, options?: HttpOptions): Promise<unknown>;
  put(path: string, body: unknown, options?: HttpOptions): Promise<unknown>;
  delete(path: string, options?: HttpOptions): Promise<unknown>;
}
