import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Pool } from 'pg';
import { Refusal, refused, type Answer } from './answer.ts';
import { logCall } from './calls.ts';
import { ROUTES } from './routes.ts';

const TENANT = /^[a-z][a-z0-9-]{0,62}$/u;
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const MAX_KEY_LENGTH = 200;

/** What the server answers with. */
export interface BooksDependencies {
  readonly pool: Pool;
  /** The bearer token that every caller must send. */
  readonly token: string;
  /** Is told of faults of the service itself; callers see none of their detail. */
  readonly report: (error: unknown) => void;
}

/** The HTTP server of the books, not yet listening. Every call needs the token and the header `x-books-tenant`. */
export function createBooksServer(dependencies: BooksDependencies): Server {
  return createServer((request, response) => {
    answer(dependencies, request)
      .catch((error: unknown) => answerTo(dependencies, error))
      .then((result) => {
        // What is left of a body that nobody reads would stand before the next request.
        if (!request.complete) response.setHeader('connection', 'close');
        send(response, result);
      })
      .catch(dependencies.report);
  });
}

async function answer({ pool, token }: BooksDependencies, request: IncomingMessage): Promise<Answer> {
  const { method = 'GET', headers } = request;
  if (!sameSecret(headers.authorization ?? '', `Bearer ${token}`))
    throw new Refusal(401, 'The bearer token is missing or wrong.');
  const tenant = single(headers['x-books-tenant']);
  if (tenant === null || !TENANT.test(tenant))
    throw new Refusal(422, 'The header x-books-tenant must name a tenant: a-z, 0-9 and "-", at most 63.');
  const key = single(headers['idempotency-key']);
  if (key !== null && key.length > MAX_KEY_LENGTH)
    throw new Refusal(422, `The Idempotency-Key is longer than ${MAX_KEY_LENGTH} characters.`);
  const url = URL.parse(request.url ?? '/', 'http://books');
  const path = url?.pathname ?? '/';
  const bytes = await readBytes(request);
  await logCall(pool, { tenant, method, path, key });
  const route = ROUTES.get(`${method} ${path}`);
  if (route === undefined)
    throw new Refusal(404, `There is no ${method} ${path}; known are: ${[...ROUTES.keys()].join(', ')}.`);
  return route(pool, {
    tenant,
    key,
    query: Object.fromEntries(url?.searchParams ?? []),
    body: parseBody(bytes),
  });
}

function answerTo({ report }: BooksDependencies, error: unknown): Answer {
  if (error instanceof Refusal) return refused(error.status, error.message);
  report(error);
  return refused(500, 'The books failed; nothing was entered unless a repeat with the same key says so.');
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Without this option leaving the loop would cut the connection before the refusal is sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) throw new Refusal(422, 'The body is no stream of bytes.');
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new Refusal(413, `The body is larger than ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Refusal(422, 'The body is no JSON.');
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function single(header: string | string[] | undefined): string | null {
  return typeof header === 'string' && header !== '' ? header : null;
}

function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
