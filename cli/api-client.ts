import type { Answer, RouteKey, Sent } from '../api/types.ts';
import { type EventsOptions, followEvents, type RunEvent } from './api-events.ts';
import { notAnApi } from './api-problem.ts';
import { type ApiPlace, sendRequest } from './api-request.ts';

/** These change nothing when they are sent twice: a second start, signal or answer finds the first. */
const REPEATABLE_POSTS: readonly RouteKey[] = [
  'POST /v1/runs',
  'POST /v1/runs/{runId}/pause',
  'POST /v1/runs/{runId}/resume',
  'POST /v1/runs/{runId}/cancel',
  'POST /v1/runs/{runId}/signal',
  'POST /v1/runs/{runId}/answer',
  'POST /v1/schedules',
  'POST /v1/schedules/{schedule}/pause',
  'POST /v1/schedules/{schedule}/resume',
];

type Arguments<Key extends RouteKey> = keyof Sent<Key> extends never
  ? []
  : Record<never, never> extends Sent<Key>
    ? [sent?: Sent<Key>]
    : [sent: Sent<Key>];

interface Fields {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
}

/** A client of the HTTP API, typed by its contract. */
export interface ApiClient {
  readonly address: string;
  /**
   * Asks a route. A signal or an answer needs an `id` of its own to be safe to send again, which this does by itself
   * when a connection breaks.
   * @throws JobError with the API's code and sentence; `unavailable` when no API answers within its time
   */
  call<Key extends RouteKey>(route: Key, ...sent: Arguments<Key>): Promise<Answer<Key>>;
  /** Follows the events of a run: see {@link followEvents}. */
  events(runId: string, options?: EventsOptions): AsyncGenerator<RunEvent, void, undefined>;
}

/** A client of the API at an address; nothing is asked yet. */
export function createApiClient(place: ApiPlace): ApiClient {
  return {
    address: place.address,
    call: async (route, ...[sent]) => ask(place, route, (sent ?? {}) as Fields),
    events: (runId, options) => followEvents(place, runId, options),
  };
}

async function ask<Key extends RouteKey>(place: ApiPlace, route: Key, sent: Fields): Promise<Answer<Key>> {
  const [method = '', path = ''] = route.split(' ');
  const body = sent.body ?? (method === 'POST' ? {} : undefined);
  const response = await sendRequest(place, {
    method,
    target: `${filled(path, sent.path ?? {})}${queryOf(sent.query ?? {})}`,
    ...(body === undefined ? {} : { body }),
    // Not ready is an answer as well.
    ...(route === 'GET /readyz' ? { alsoAnswer: 503 } : {}),
    repeatable: method !== 'POST' || REPEATABLE_POSTS.includes(route),
  });
  if (response.status === 204) return null as Answer<Key>;
  try {
    return (await response.clone().json()) as Answer<Key>;
  } catch {
    throw notAnApi(response, place.address);
  }
}

function filled(path: string, values: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}

function queryOf(query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
