/** The kinds of errors that the model can be told to make. */
export const ERROR_KINDS = [
  'wrong-digit',
  'missing-part',
  'malformed-arguments',
  'repeated-call',
  'refusal',
  'followed-instruction',
] as const;
/** One of the {@link ERROR_KINDS}. */
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** An error that was made on purpose. */
export interface InjectedError {
  /** The Idempotency-Key of the request; of one without a key, `body:` and the digest of its body. */
  readonly key: string;
  readonly kind: ErrorKind;
  /** What was altered, in one sentence. */
  readonly what: string;
  /** When it was answered, in ISO 8601. */
  readonly at: string;
}

/** How many errors are kept; those after are only counted. */
const MAX_ERRORS = 100_000;

/** Every error that was made, in order, each once however often its request was repeated. */
export class ErrorLog {
  readonly #errors = new Map<string, InjectedError>();
  #dropped = 0;

  /** Writes an error down; `place` tells a repeated request from another one under the same key. */
  add(place: string, error: InjectedError): void {
    if (this.#errors.has(place)) return;
    if (this.#errors.size < MAX_ERRORS) this.#errors.set(place, error);
    else this.#dropped += 1;
  }

  /** What is kept, the oldest first. */
  get errors(): readonly InjectedError[] {
    return [...this.#errors.values()];
  }

  /** How many were made after the log was full; repeated requests count again. */
  get dropped(): number {
    return this.#dropped;
  }
}
