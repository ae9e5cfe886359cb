import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { decide } from '../answering/decide.ts';
import type { ErringModel } from '../erring/erring-model.ts';
import { ApiError } from './api-error.ts';
import { readChatRequest } from './chat-request.ts';
import { MODEL_NAME, toCompletion, type Completion } from './completion.ts';

/** Largest request body in bytes; larger ones get 413. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** How the model answers. */
export interface ModelServerOptions {
  /** How long every answer waits first. */
  readonly latencyMs: number;
  readonly erring: ErringModel;
}

/**
 * Makes the HTTP server of the model: `POST /v1/chat/completions` and `GET /v1/models`, and as a control of the simulation,
 * which no real model has, `GET /simulation/errors`: the errors that it was told to make.
 */
export function createModelServer(options: ModelServerOptions): Server {
  return createServer((request, response) => {
    void answer(request, response, options);
  });
}

/** Never throws: whatever goes wrong becomes an error answer. A caller that hangs up ends the wait. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { latencyMs, erring }: ModelServerOptions,
): Promise<void> {
  const hungUp = new AbortController();
  response.once('close', () => hungUp.abort());
  try {
    const body = await route(request, erring);
    if (latencyMs > 0) await delay(latencyMs, undefined, { signal: hungUp.signal });
    send(response, 200, body);
  } catch (error) {
    if (hungUp.signal.aborted) return;
    const refusal =
      error instanceof ApiError ? error : new ApiError(500, `The simulated model failed: ${String(error)}`);
    send(response, refusal.status, refusal.toBody());
  }
}

async function route(request: IncomingMessage, erring: ErringModel): Promise<object> {
  const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
  if (path === '/v1/models') return allow(request, 'GET') && listModels();
  if (path === '/v1/chat/completions') {
    return allow(request, 'POST') && complete(await readBody(request), keyOf(request), erring);
  }
  if (path === '/simulation/errors') return allow(request, 'GET') && listErrors(erring);
  throw new ApiError(404, `Unknown path ${path}: this model answers /v1/chat/completions and /v1/models.`, {
    code: 'unknown_url',
  });
}

function allow({ method }: IncomingMessage, wanted: string): true {
  if (method === wanted) return true;
  throw new ApiError(405, `Method ${method} is not allowed here: use ${wanted}.`);
}

function listModels(): object {
  return { object: 'list', data: [{ id: MODEL_NAME, object: 'model', created: 0, owned_by: 'simulated' }] };
}

function listErrors({ settings, log }: ErringModel): object {
  const label = 'SIMULATED: errors that this model was told to make; no real model serves this.';
  return { label, model: MODEL_NAME, ...settings, errors: log.errors, dropped: log.dropped };
}

function keyOf({ headers }: IncomingMessage): string | undefined {
  const key = headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? key : undefined;
}

function complete(body: string, key: string | undefined, erring: ErringModel): Completion {
  const request = readChatRequest(body);
  const said = erring.say(decide(request), { request, key, body });
  return toCompletion(said, { body, promptCharacters: request.promptCharacters });
}

/** Reads on after the limit without keeping anything, so that the caller gets its 413 instead of a broken connection. */
async function readBody(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (bytes > MAX_BODY_BYTES)
    throw new ApiError(413, `The request body is ${bytes} bytes, the most is ${MAX_BODY_BYTES}.`);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
