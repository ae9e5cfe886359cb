/** What a tool's functions get: the only way out that they have. */
export interface SendContext {
  /** Speaks JSON to the tool's own system; its credential is added by the gate. */
  readonly http: HttpClient;
  /** The gate's own `fetch`, for libraries that take one; relative addresses resolve against the tool's system. */
  readonly fetch: typeof globalThis.fetch;
  /** The tenant that the run belongs to. */
  readonly tenant: string;
  /** The run that asks, for the receiver's own log. */
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

/** A small JSON client; each method answers the parsed body of a 2xx, `undefined` for an empty one. */
export interface HttpClient {
  get(path: string, options?: HttpOptions): Promise<unknown>;
  post(path: string, body: unknown, options?: HttpOptions): Promise<unknown>;
  put(path: string, body: unknown, options?: HttpOptions): Promise<unknown>;
  delete(path: string, options?: HttpOptions): Promise<unknown>;
}
