import { JobError, sentenceOf } from '../domain/errors.ts';
import { addressWithin, type Route } from './destinations.ts';
import type { Answer, Dispatcher, OutgoingRequest } from './dispatcher.ts';
import type { Lease } from './lease.ts';
import { retryAfterMs } from './retry-after.ts';
import { SendError, type SendFailure } from './send-error.ts';

// Not the adapter's to say: where it goes, as whom, and how the connection is used.
const OWN_HEADERS = [
  'authorization',
  'accept-encoding',
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
  'expect',
];
const SAFE_METHODS = ['GET', 'HEAD'];

/** What became of the requests of one attempt. */
export interface Trace {
  /** Whether the bytes of any request may have left. */
  readonly bytesLeft: boolean;
  /** Whether a request other than GET and HEAD was answered 2xx. */
  readonly accepted: boolean;
  /** How the last request ended: the status of its answer, or its failure. */
  readonly last: { readonly status: number; readonly retryAfterMs?: number | undefined } | SendFailure | undefined;
}

/** The last answer that came in, if the last request got one. */
export function lastAnswer({
  last,
}: Trace): { readonly status: number; readonly retryAfterMs: number | undefined } | undefined {
  if (last === undefined || !('status' in last) || last.status === undefined) return undefined;
  return { status: last.status, retryAfterMs: 'retryAfterMs' in last ? last.retryAfterMs : undefined };
}

/** What a {@link WayOut} needs. */
export interface WayOutOptions {
  readonly dispatcher: Dispatcher;
  readonly route: Route;
  readonly lease: Lease;
  /** Aborts every request. */
  readonly signal: AbortSignal;
  /** Whether connections are opened anew (classes C and D). */
  readonly freshConnection: boolean;
  /** Awaited once, before the first request; throws to send nothing. */
  readonly beforeFirst: (() => Promise<void>) | undefined;
  /** Called right after the bytes of a request were handed to the socket. */
  readonly afterWrite: () => void;
}

/** One request as an adapter asks for it. */
export interface AskedRequest {
  readonly method: string;
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The requests of one attempt at one call: only to its own destination, only while they are wanted, all of them traced. */
export class WayOut {
  readonly #options: WayOutOptions;
  // Aborts what has not been written yet; what was written goes on.
  readonly #unwritten = new AbortController();
  #first: Promise<void> | undefined;
  #underWay = 0;
  #over: { readonly reason: unknown } | undefined;
  #trace: Trace = { bytesLeft: false, accepted: false, last: undefined };

  constructor(options: WayOutOptions) {
    this.#options = options;
  }

  get trace(): Trace {
    return this.#trace;
  }

  /** Lets no further request begin; those whose bytes have left go on. */
  refuseNew(reason: unknown): void {
    this.#unwritten.abort(reason);
  }

  /** Lets no further request begin and answers whether any is under way still. */
  end(reason: unknown): boolean {
    this.#over = { reason };
    return this.#underWay > 0;
  }

  /**
   * Sends one request and reads the whole answer, whatever its status.
   * @throws SendError when there is no answer; JobError `lease-lost` when the lease is over
   */
  async exchange(asked: AskedRequest): Promise<Answer> {
    const request = this.#addressed(asked);
    this.#throwIfRefused();
    this.#first ??= this.#options.beforeFirst?.() ?? Promise.resolve();
    await this.#first;
    this.#throwIfRefused();
    this.#underWay += 1;
    try {
      const answer = await this.#send(request, asked.signal);
      this.#note(request.method, answer);
      return answer;
    } catch (error) {
      const why = sentenceOf(error);
      const last =
        error instanceof SendError
          ? error.failure
          : ({ kind: this.#trace.bytesLeft ? 'lost' : 'not-sent', why } as const);
      this.#trace = { ...this.#trace, last };
      throw error;
    } finally {
      this.#underWay -= 1;
    }
  }

  #send(request: OutgoingRequest, own: AbortSignal | undefined): Promise<Answer> {
    const { dispatcher, freshConnection, signal, lease, afterWrite } = this.#options;
    return dispatcher.exchange(request, {
      freshConnection,
      signals: own === undefined ? [signal] : [signal, own],
      untilWritten: this.#unwritten.signal,
      beforeWrite: () => {
        this.#throwIfRefused();
        if (!lease.isLive()) throw lease.lost.aborted ? lease.lost.reason : leaseEnding();
        this.#trace = { ...this.#trace, bytesLeft: true };
      },
      afterWrite,
    });
  }

  #addressed(asked: AskedRequest): OutgoingRequest {
    const { route } = this.#options;
    const url = addressWithin(route.base, asked.address);
    if (url === undefined) {
      const own = route.base === undefined ? 'which has no system' : `which may reach ${route.base.origin} alone`;
      throw new SendError({
        kind: 'foreign-address',
        why: `"${asked.address}" was asked for by a call of ${route.words}, ${own}`,
      });
    }
    const headers = new Map(Object.entries(asked.headers).map(([name, value]) => [name.toLowerCase(), value]));
    for (const name of OWN_HEADERS) headers.delete(name);
    if (!headers.has('user-agent')) headers.set('user-agent', 'holdfast');
    // Answers are read as they come.
    headers.set('accept-encoding', 'identity');
    if (route.credential !== undefined) headers.set('authorization', `Bearer ${route.credential}`);
    return { method: asked.method.toUpperCase(), url, headers: Object.fromEntries(headers), body: asked.body };
  }

  #throwIfRefused(): void {
    if (this.#over !== undefined) throw this.#over.reason;
    this.#options.signal.throwIfAborted();
    this.#unwritten.signal.throwIfAborted();
  }

  #note(method: string, answer: Answer): void {
    const ok = answer.status >= 200 && answer.status < 300;
    this.#trace = {
      bytesLeft: true,
      accepted: this.#trace.accepted || (ok && !SAFE_METHODS.includes(method)),
      last: { status: answer.status, retryAfterMs: retryAfterMs(answer.headers['retry-after'], Date.now()) },
    };
  }
}

function leaseEnding(): JobError {
  return new JobError('lease-lost', 'The lease of this worker was about to end; the call is taken up again.');
}
