import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** One request, its body parsed. */
export interface JsonRequest {
  readonly method: string;
  /** The path alone, such as `/calls`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** `undefined` when there is none, or none that is JSON. */
  readonly body: unknown;
}

/** An answer: a body with its status (default 200), or a function that does with the connection what no answer does. */
export type JsonAnswer =
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  | ((response: ServerResponse) => void);

/** Answers one request; an error becomes status 500 with its message. */
export type Answering = (request: JsonRequest) => JsonAnswer | Promise<JsonAnswer>;

/** Starts a small JSON server on 127.0.0.1; port 0 is any free one. */
export async function serveJson(port: number, answering: Answering): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    respond(request, response, answering).catch((error: unknown) =>
      send(response, { status: 500, body: wrong(error) }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return { server, port: bound };
}

/** Serves as a process of a stack: says `{"ready":true,"port":N}` once it listens on `PORT`, and ends on SIGTERM at once. */
export async function serveProcess(answering: Answering): Promise<void> {
  const { port } = await serveJson(Number(process.env['PORT'] || '0'), answering);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
  process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`);
}

async function respond(request: IncomingMessage, response: ServerResponse, answering: Answering): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const body = method === 'GET' ? undefined : await json(request).catch(() => undefined);
  const answer = await answering({ method, path: pathname, query: searchParams, headers, body });
  if (typeof answer === 'function') answer(response);
  else send(response, answer);
}

function send(response: ServerResponse, answer: Exclude<JsonAnswer, (response: ServerResponse) => void>): void {
  const { status = 200, headers = {}, body } = answer;
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

function wrong(error: unknown): { error: string } {
  return { error: error instanceof Error ? error.message : String(error) };
}
