import { setTimeout as delay } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { Answer } from '../api/types.ts';
import { JobError } from '../domain/errors.ts';
import { notAnApi } from './api-problem.ts';
import { type ApiPlace, downAt, sendRequest } from './api-request.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** For how long a lost API is looked for, in milliseconds. */
const GIVE_UP_MS = 300_000;
/** A stream on which nothing comes for so long, not even a comment, is taken for lost. */
const SILENCE_MS = 60_000;
const LONGEST_EVENT = 1_048_576;
const LOSS_STATUSES: readonly number[] = [429, 503];

/** One event of a run's timeline, as the API gives it. */
export type RunEvent = NonNullable<Answer<'GET /v1/runs/{runId}/events'>>;

/** How events are followed. */
export interface EventsOptions {
  /** The id of the last event that is known; default from the beginning. */
  readonly after?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told when the stream is lost after it had been there, and when it is back. */
  readonly onConnection?: ((state: 'lost' | 'back') => void) | undefined;
}

/**
 * Follows the events of a run until it has ended, also over lost connections and restarts of the API: it goes on after
 * the last event it gave, so that none is lost and none comes twice. Ends without a sound when `signal` is aborted.
 * @throws JobError `unknown-run`, or what else the API refuses with; `unavailable` when there is no API at the beginning,
 * or for 5 minutes
 */
export async function* followEvents(
  place: ApiPlace,
  runId: string,
  options: EventsOptions = {},
): AsyncGenerator<RunEvent, void, undefined> {
  const { signal } = options;
  const recovery = new Recovery(options);
  const reader = new EventReader(place, runId, { after: options.after, onOpen: () => recovery.opened() });
  while (!reader.ended && !isAborted(signal)) {
    try {
      yield* recovery.noting(reader.read(signal));
    } catch (error) {
      if (isAborted(signal)) return;
      if (!recovery.hopeful || !isLoss(error)) throw error;
    }
    if (!reader.ended) await recovery.pause();
  }
}

// An API that is ending or not ready yet says so by these.
function isLoss(error: unknown): boolean {
  return error instanceof JobError && LOSS_STATUSES.includes(error.traits.httpStatus);
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** Knows whether the API is there, and how long to wait before it is looked for again. */
class Recovery {
  readonly #signal: AbortSignal | undefined;
  readonly #tell: ((state: 'lost' | 'back') => void) | undefined;
  #everOpen = false;
  #lostSince: number | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  constructor({ signal, onConnection }: EventsOptions) {
    this.#signal = signal;
    this.#tell = onConnection;
  }

  /** Whether it was there and has not been gone for too long. */
  get hopeful(): boolean {
    return this.#everOpen && (this.#lostSince === undefined || performance.now() - this.#lostSince <= GIVE_UP_MS);
  }

  opened(): void {
    this.#everOpen = true;
    if (this.#lostSince !== undefined) this.#tell?.('back');
    this.#lostSince = undefined;
  }

  /** Passes events on. Only they show that a connection is worth something: one that breaks off at once is not. */
  async *noting(events: AsyncGenerator<RunEvent, void, undefined>): AsyncGenerator<RunEvent, void, undefined> {
    for await (const event of events) {
      this.#pauseMs = FIRST_PAUSE_MS;
      yield event;
    }
  }

  async pause(): Promise<void> {
    if (this.#lostSince === undefined) this.#tell?.('lost');
    this.#lostSince ??= performance.now();
    const ms = this.#pauseMs * (0.5 + Math.random() / 2);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    // Aborted: the caller sees it by itself.
    await delay(ms, undefined, this.#signal === undefined ? {} : { signal: this.#signal }).catch(() => {});
  }
}

/** Reads one stream after the other, each from where the one before broke off. */
class EventReader {
  readonly #place: ApiPlace;
  readonly #runId: string;
  readonly #onOpen: () => void;
  #last: string | undefined;
  /** Whether nothing more will come. */
  ended = false;

  constructor(
    place: ApiPlace,
    runId: string,
    { after, onOpen }: { readonly after: string | undefined; readonly onOpen: () => void },
  ) {
    this.#place = place;
    this.#runId = runId;
    this.#last = after;
    this.#onOpen = onOpen;
  }

  async *read(signal: AbortSignal | undefined): AsyncGenerator<RunEvent, void, undefined> {
    const silence = new AbortController();
    const either = signal === undefined ? silence.signal : AbortSignal.any([silence.signal, signal]);
    const response = await this.#open(either);
    this.#onOpen();
    this.ended = response.status === 204;
    if (this.ended || response.body === null) return;
    if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) {
      await response.body.cancel();
      throw notAnApi(response, this.#place.address);
    }
    for await (const message of messagesOf(response.body, { silence, address: this.#place.address })) {
      if (message.id !== undefined && message.id === this.#last) continue;
      const event = eventOf(message, this.#place.address);
      this.#last = message.id ?? this.#last;
      this.ended = event.kind === 'run-ended';
      yield event;
      if (this.ended) return;
    }
  }

  #open(signal: AbortSignal): Promise<Response> {
    return sendRequest(this.#place, {
      method: 'GET',
      target: `/v1/runs/${encodeURIComponent(this.#runId)}/events`,
      headers: {
        accept: 'text/event-stream, application/problem+json',
        ...(this.#last === undefined ? {} : { 'last-event-id': this.#last }),
      },
      repeatable: true,
      signal,
      stream: true,
    });
  }
}

/** The messages of a stream, each once its blank line has come: one that is cut off is none. */
async function* messagesOf(
  body: ReadableStream<Uint8Array>,
  { silence, address }: { readonly silence: AbortController; readonly address: string },
): AsyncGenerator<EventSourceMessage, void, undefined> {
  const waiting: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => waiting.push(message), maxBufferSize: LONGEST_EVENT });
  const decoder = new TextDecoder();
  const timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    for await (const chunk of body) {
      timer.refresh();
      parser.feed(decoder.decode(chunk, { stream: true }));
      yield* waiting.splice(0);
    }
  } catch (cause) {
    throw downAt(address, 'the stream of events broke off', cause);
  } finally {
    clearTimeout(timer);
  }
}

function eventOf(message: EventSourceMessage, address: string): RunEvent {
  try {
    return JSON.parse(message.data) as RunEvent;
  } catch (cause) {
    throw new JobError(
      'invalid-response',
      `The API at ${address} sent an event that is no JSON; use a CLI of the same version as the API.`,
      { cause },
    );
  }
}
