import { setTimeout as delay } from 'node:timers/promises';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { errorOf } from './api-problem.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
/** The pauses before the attempts that follow the first. */
const PAUSES_MS = [100, 300, 900] as const;
/** The longest `Retry-After` that is waited for. */
const LONGEST_RETRY_AFTER_MS = 5_000;
/** With these nothing has reached the API, so that anything may be sent again. */
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];

/** Where an API is, and who asks. */
export interface ApiPlace {
  /** Its base address, without a slash at the end. */
  readonly address: string;
  readonly token?: string;
  /** The longest wait for one answer, in milliseconds; default 30,000. */
  readonly timeoutMs?: number;
}

/** One request. */
export interface ApiRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** A status besides 200 to 299 that is no problem. */
  readonly alsoAnswer?: number | undefined;
  /** Whether it may be sent again when the connection broke after it had left. */
  readonly repeatable: boolean;
  readonly signal?: AbortSignal | undefined;
  /** The answer is a stream: only its beginning must come in time. */
  readonly stream?: boolean;
}

/**
 * Sends a request and answers with what has a status of 200 to 299. A connection that fails is tried again after 100,
 * 300 and 900 ms when that cannot do anything twice; a limit on the rate is waited for when it is over within 5 s.
 * @throws JobError with the code of the API's problem document; `unavailable` when no API answers, or not in time;
 * `invalid-response` when something else answers
 */
export async function sendRequest(place: ApiPlace, request: ApiRequest): Promise<Response> {
  for (const pauseMs of PAUSES_MS) {
    const result = await attempt(place, request);
    if ('response' in result) return result.response;
    const waitMs = result.afterMs ?? pauseMs;
    if (!result.again || waitMs > LONGEST_RETRY_AFTER_MS) throw result.error;
    await delay(waitMs, undefined, request.signal === undefined ? {} : { signal: request.signal });
  }
  const last = await attempt(place, request);
  if ('response' in last) return last.response;
  throw last.error;
}

interface Failed {
  readonly error: unknown;
  readonly again: boolean;
  readonly afterMs?: number;
}

async function attempt(place: ApiPlace, request: ApiRequest): Promise<{ readonly response: Response } | Failed> {
  const late = new AbortController();
  const timeoutMs = place.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const timer = setTimeout(() => late.abort(), timeoutMs);
  try {
    const response = await fetch(`${place.address}${request.target}`, optionsOf(place, request, late.signal));
    if (response.ok || response.status === request.alsoAnswer) {
      // What is no stream is read to its end here, within the time.
      return { response: request.stream === true ? response : await whole(response) };
    }
    const error = await errorOf(response, place.address);
    const afterMs = Number(response.headers.get('retry-after') ?? Number.NaN) * 1_000;
    return response.status === 429 && afterMs >= 0 ? { error, again: true, afterMs } : { error, again: false };
  } catch (error) {
    request.signal?.throwIfAborted();
    const unsent = NEVER_SENT.includes(codeOf(error));
    if (late.signal.aborted) return { error: lateAt(place.address, timeoutMs, error), again: false };
    return { error: downAt(place.address, reasonOf(error), error), again: unsent || request.repeatable };
  } finally {
    clearTimeout(timer);
  }
}

function optionsOf(place: ApiPlace, { method, body, headers, signal }: ApiRequest, late: AbortSignal): RequestInit {
  return {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(place.token === undefined ? {} : { authorization: `Bearer ${place.token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    // A token must not follow to wherever an answer points.
    redirect: 'manual',
    signal: signal === undefined ? late : AbortSignal.any([late, signal]),
  };
}

async function whole(response: Response): Promise<Response> {
  const content = response.status === 204 ? null : await response.arrayBuffer();
  return new Response(content, { status: response.status, headers: response.headers });
}

/** The error of an API that does not answer. */
export function downAt(address: string, why: string, cause: unknown): JobError {
  return new JobError(
    'unavailable',
    `No Holdfast API answers at ${address} (${why}); start it with \`holdfast up\`, or name another with --api or HOLDFAST_API.`,
    { cause },
  );
}

// Something is there, and what it was asked for may happen yet.
function lateAt(address: string, timeoutMs: number, cause: unknown): JobError {
  return new JobError(
    'unavailable',
    `The Holdfast API at ${address} did not answer within ${timeoutMs / 1_000} s; \`holdfast doctor\` finds out what does not work, and what was asked for may happen yet: look before you ask again.`,
    { cause },
  );
}

function codeOf(error: unknown): string {
  const cause = causeOf(error);
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
}

function reasonOf(error: unknown): string {
  if (codeOf(error) === 'ECONNREFUSED') return 'nothing listens there';
  if (codeOf(error) === 'ENOTFOUND') return 'there is no such host';
  return sentenceOf(causeOf(error) ?? error);
}

// `fetch` only says that it failed; why is in the cause. By form, not by class: it may come from another realm.
function causeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
}
