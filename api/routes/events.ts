import type { FastifyReply, FastifyRequest } from 'fastify';
import { JobError } from '../../domain/errors.ts';
import { parseRunId } from '../../domain/ids.ts';
import type { TimelineEvent } from '../../domain/timeline.ts';
import { authenticate } from '../authenticate.ts';
import type { Follower } from '../event-feed.ts';
import type { KnownPrincipal } from '../handler.ts';
import type { ApiParts } from '../parts.ts';
import { FieldsError } from '../problem.ts';
import type { Given } from '../types.ts';
import { timelineJson } from './timeline-json.ts';

const KEEP_ALIVE_MS = 15_000;
/** How long a stream may outlive its token, in milliseconds. */
const CHECK_TOKEN_MS = 5_000;
/** How long a client waits before it connects again, in milliseconds. */
const RETRY_MS = 1_000;
const MAX_ID = 200;
const PART = 1_000;

/** One request for a stream. */
export interface StreamRequest extends Given<'GET /v1/runs/{runId}/events'> {
  readonly principal: KnownPrincipal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/**
 * Streams a run's events as Server-Sent Events, each with its id, until the run has ended and all was told. Who comes back with
 * the last id gets what is missing; who comes back after the end gets 204, upon which browsers stop asking.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function streamEvents(stream: StreamRequest, parts: ApiParts): Promise<void> {
  const { principal, path, reply } = stream;
  const { tenant } = principal;
  const runId = parseRunId(path.runId);
  if (parts.ending) throw new JobError('unavailable', 'The API is ending; connect again in a moment.');
  if (parts.feed.size >= parts.settings.maxStreams)
    throw new JobError(
      'rate-limited',
      `${parts.settings.maxStreams} event streams are open already; close one and try again.`,
    );
  const after = lastIdOf(stream);
  await parts.client.view(runId, { tenant, live: false });
  const position = { tenant, runId, ...(after === undefined ? {} : { after }) };
  const [first] = await parts.store.timeline.since([position], 1);
  const { closedAt } = await parts.client.view(runId, { tenant, live: false });
  const ended = closedAt !== undefined && after !== undefined && (await endIsTold(parts, { tenant, runId, after }));
  if (ended && (first?.events ?? []).length === 0) {
    await reply.code(204).send();
    return;
  }
  open(stream, parts, { tenant, runId, after, ended });
}

// A run can be closed while its end is held back by a transaction of somebody else: whoever waits for it must not be sent away.
async function endIsTold(
  { store }: ApiParts,
  { tenant, runId, after: last }: Pick<Follower, 'tenant' | 'runId' | 'after'>,
): Promise<boolean> {
  let after: string | undefined;
  for (;;) {
    const [page] = await store.timeline.since([{ tenant, runId, ...(after === undefined ? {} : { after }) }], PART);
    const events = page?.events ?? [];
    const until = events.findIndex(({ id }) => id === last);
    const known = until < 0 ? events : events.slice(0, until + 1);
    if (known.some(({ kind }) => kind === 'run-ended')) return true;
    if (until >= 0 || events.length < PART) return false;
    after = events.at(-1)?.id;
  }
}

function lastIdOf({ request, query }: StreamRequest): string | undefined {
  const header = request.headers['last-event-id'];
  const id = typeof header === 'string' && header !== '' ? header : query.after;
  if (id === undefined || id.length <= MAX_ID) return id;
  throw new FieldsError(`Last-Event-ID has ${id.length} characters; no id of an event is longer than ${MAX_ID}.`, [
    { at: 'headers.last-event-id', expected: 'the id of the last event' },
  ]);
}

function open(
  { reply, request }: StreamRequest,
  parts: ApiParts,
  { ended: told, ...position }: Pick<Follower, 'tenant' | 'runId' | 'after'> & { readonly ended: boolean },
): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-request-id': request.id,
  });
  raw.write(`retry: ${RETRY_MS}\n\n`);
  const keepAlive = setInterval(() => raw.write(': still here\n\n'), KEEP_ALIVE_MS);
  keepAlive.unref();
  let ended = told;
  const unfollow = parts.feed.follow({
    ...position,
    ready: () => !raw.writableNeedDrain && !raw.writableEnded,
    take: (events, more) => {
      for (const event of events) raw.write(textOf(event));
      ended ||= events.some(({ kind }) => kind === 'run-ended');
      if (ended && !more) raw.end();
    },
    end: () => raw.end(),
  });
  const check = setInterval(() => {
    void mayStillRead(parts, request).then((may) => (may ? undefined : raw.end()));
  }, CHECK_TOKEN_MS);
  check.unref();
  const close = (): void => {
    clearInterval(keepAlive);
    clearInterval(check);
    unfollow();
  };
  raw.once('close', close);
  raw.once('error', close);
}

// An outage of the database proves nothing against a token.
async function mayStillRead(parts: ApiParts, { headers }: FastifyRequest): Promise<boolean> {
  try {
    await authenticate(parts, headers.authorization, 'read-runs');
    return true;
  } catch (error) {
    return !(error instanceof JobError && (error.code === 'unauthenticated' || error.code === 'forbidden'));
  }
}

function textOf(event: TimelineEvent): string {
  return `id: ${event.id}\nevent: ${event.kind}\ndata: ${JSON.stringify(timelineJson(event))}\n\n`;
}
