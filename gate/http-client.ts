import type { Answer } from './dispatcher.ts';
import { retryAfterMs } from './retry-after.ts';
import type { HttpClient, HttpOptions } from './send-context.ts';
import { SendError } from './send-error.ts';
import { oneLine } from './text.ts';
import type { WayOut } from './way-out.ts';

const MAX_MESSAGE = 300;
// Where receivers put what they have to say, in the order of trust.
const MESSAGE_FIELDS = ['sentence', 'message', 'detail', 'error_description', 'title', 'error'];

/** The JSON client of one attempt. */
export function httpClient(way: WayOut): HttpClient {
  const ask = (
    method: string,
    path: string,
    extra: { body?: unknown; options: HttpOptions | undefined },
  ): Promise<unknown> => exchangeJson(way, { method, path, ...extra });
  return {
    get: (path, options) => ask('GET', path, { options }),
    post: (path, body, options) => ask('POST', path, { body, options }),
    put: (path, body, options) => ask('PUT', path, { body, options }),
    delete: (path, options) => ask('DELETE', path, { options }),
  };
}

interface JsonRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly options: HttpOptions | undefined;
}

async function exchangeJson(way: WayOut, request: JsonRequest): Promise<unknown> {
  const { method, path, body, options } = request;
  const answer = await way.exchange({
    method,
    address: withQuery(path, options?.query),
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options?.headers,
      ...(options?.key === undefined ? {} : { 'idempotency-key': options.key }),
    },
    body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
  });
  if (answer.status >= 200 && answer.status < 300) return parsed(answer);
  throw new SendError(failureOf(answer));
}

function parsed(answer: Answer): unknown {
  if (answer.body.length === 0) return undefined;
  try {
    return JSON.parse(answer.body.toString('utf8'));
  } catch (cause) {
    const start = oneLine(answer.body.toString('utf8', 0, MAX_MESSAGE), MAX_MESSAGE);
    throw new SendError(
      { kind: 'invalid-response', why: `an answer ${answer.status} that is not JSON: ${start}`, status: answer.status },
      { cause },
    );
  }
}

/** What an answer other than 2xx says. */
function failureOf(answer: Answer): { kind: 'answered'; status: number; why: string; retryAfterMs?: number } {
  const wait = retryAfterMs(answer.headers['retry-after'], Date.now());
  return {
    kind: 'answered',
    status: answer.status,
    why: messageOf(answer),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  };
}

function messageOf(answer: Answer): string {
  const text = answer.body.toString('utf8', 0, 64 * 1024);
  try {
    return oneLine(messageIn(JSON.parse(text)) ?? text, MAX_MESSAGE);
  } catch {
    return oneLine(text, MAX_MESSAGE);
  }
}

function messageIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const found = MESSAGE_FIELDS.map((name) => messageIn(fields.get(name)));
  return found.find((message) => message !== undefined && message !== '');
}

function withQuery(path: string, query: HttpOptions['query']): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null) search.append(name, String(value));
  }
  if (search.size === 0) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${search.toString()}`;
}
