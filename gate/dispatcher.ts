import { Agent, type Dispatcher as Undici } from 'undici';
import { sentenceOf } from '../domain/errors.ts';
import { SendError } from './send-error.ts';
import { oneLine } from './text.ts';

/** The largest answer that is read, in bytes. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

const CONNECT_TIMEOUT_MS = 5_000;
const MAX_REASON = 200;

// The call's own deadline bounds the wait for an answer.
const AGENT_OPTIONS = {
  allowH2: false,
  headersTimeout: 0,
  bodyTimeout: 0,
  connect: { timeout: CONNECT_TIMEOUT_MS },
} as const;

/** One request, its body already in memory, so that it is written in the turn in which it is checked. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/** One whole answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** What watches one request. */
export interface RequestWatch {
  /** Each aborts the request, whether its bytes have left or not. */
  readonly signals: readonly AbortSignal[];
  /** Aborts the request as long as none of its bytes has left. */
  readonly untilWritten: AbortSignal;
  /** Whether a connection of its own is opened: one that was idle may just be closing, and then nobody knows what arrived. */
  readonly freshConnection: boolean;
  /** Called in the turn in which the bytes are written, just before; throws to keep them here. */
  beforeWrite(): void;
  /** Called in the same turn, just after. */
  afterWrite(): void;
}

/**
 * The only way out of the process for calls: HTTP/1.1 over undici, no redirects, no retries. Every request is watched up to the
 * turn in which its bytes are handed to the socket.
 */
export class Dispatcher {
  readonly #kept = new Agent({ ...AGENT_OPTIONS, pipelining: 1 });
  // No pipelining means no keep-alive.
  readonly #fresh = new Agent({ ...AGENT_OPTIONS, pipelining: 0 });

  /**
   * Sends a request and reads the whole answer.
   * @throws SendError `not-sent` or `lost` when there is none; the reason of the signal that aborts
   */
  exchange(request: OutgoingRequest, watch: RequestWatch): Promise<Answer> {
    const aborted = [...watch.signals, watch.untilWritten].find((signal) => signal.aborted);
    if (aborted !== undefined) return Promise.reject(aborted.reason as unknown);
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const handler = new AnswerHandler(watch, { resolve, reject });
    const { url, method, headers, body } = request;
    const agent = watch.freshConnection ? this.#fresh : this.#kept;
    const options = {
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers: { ...headers },
      body: body === undefined ? null : Buffer.from(body),
    };
    try {
      agent.dispatch(options, handler);
    } catch (cause) {
      handler.onResponseError(undefined, cause);
    }
    return promise;
  }

  /** Ends every connection, also those in use. */
  async close(): Promise<void> {
    await Promise.all([this.#kept.destroy(), this.#fresh.destroy()]);
  }
}

interface Settler {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

class AnswerHandler implements Undici.DispatchHandler {
  readonly #watch: RequestWatch;
  readonly #settler: Settler;
  readonly #chunks: Buffer[] = [];
  readonly #onAbort = (): void => this.#abort();
  #controller: Undici.DispatchController | undefined;
  #refusal: unknown;
  #status = 0;
  #headers: Answer['headers'] = {};
  #bytes = 0;

  constructor(watch: RequestWatch, settler: Settler) {
    this.#watch = watch;
    this.#settler = settler;
    // Listened to one by one: AbortSignal.any costs several times as much.
    for (const signal of watch.signals) signal.addEventListener('abort', this.#onAbort);
    watch.untilWritten.addEventListener('abort', this.#onAbort);
  }

  // The client calls this right before it writes, in the same turn, and does not write when it throws.
  onRequestStart(controller: Undici.DispatchController): void {
    if (this.#controller !== undefined)
      throw new SendError({ kind: 'lost', why: 'the connection broke before an answer' });
    try {
      for (const signal of this.#watch.signals) signal.throwIfAborted();
      this.#watch.untilWritten.throwIfAborted();
      this.#watch.beforeWrite();
    } catch (refusal) {
      this.#refusal = refusal;
      throw refusal;
    }
    this.#controller = controller;
    this.#watch.untilWritten.removeEventListener('abort', this.#onAbort);
  }

  onRequestSent(): void {
    this.#watch.afterWrite();
  }

  onResponseStart(_controller: Undici.DispatchController, status: number, headers: Answer['headers']): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Undici.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= MAX_ANSWER_BYTES) this.#chunks.push(chunk);
    else controller.abort(this.#tooLarge());
  }

  onResponseEnd(): void {
    this.#settle(() =>
      this.#settler.resolve({ status: this.#status, headers: this.#headers, body: Buffer.concat(this.#chunks) }),
    );
  }

  onResponseError(_controller: Undici.DispatchController | undefined, cause: unknown): void {
    const known = cause instanceof SendError || (this.#refusal !== undefined && cause === this.#refusal);
    const kind = this.#controller === undefined ? 'not-sent' : 'lost';
    this.#settle(() => this.#settler.reject(known ? cause : new SendError({ kind, why: reasonOf(cause) }, { cause })));
  }

  // Before it was written the request waits in the client's queue and is refused when its turn comes.
  #abort(): void {
    const { signals, untilWritten } = this.#watch;
    const reason: unknown = (signals.find((signal) => signal.aborted) ?? untilWritten).reason;
    if (this.#controller !== undefined)
      this.#controller.abort(reason instanceof Error ? reason : new Error(String(reason)));
    this.#settle(() => this.#settler.reject(reason));
  }

  #settle(act: () => void): void {
    for (const signal of this.#watch.signals) signal.removeEventListener('abort', this.#onAbort);
    this.#watch.untilWritten.removeEventListener('abort', this.#onAbort);
    act();
  }

  #tooLarge(): SendError {
    const why = `an answer of more than ${MAX_ANSWER_BYTES} bytes`;
    return this.#status >= 200 && this.#status < 300
      ? new SendError({ kind: 'invalid-response', why, status: this.#status })
      : new SendError({ kind: 'answered', status: this.#status, why });
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0]);
  return oneLine(sentenceOf(cause), MAX_REASON);
}
