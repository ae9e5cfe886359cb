import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Problem } from '../../api/types.ts';

/** A request that came. */
export interface Seen {
  /** Method and path with its query. */
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  /** As JSON; `undefined` without one. */
  readonly body: unknown;
}

/** Answers one request. */
export type Respond = (seen: Seen, response: ServerResponse) => void | Promise<void>;

/** A real HTTP server that says what a test wants. */
export interface SmallApi {
  readonly address: string;
  readonly port: number;
  readonly seen: Seen[];
  readonly close: () => Promise<void>;
}

/** Starts one; on a port of its own, or on that of one that was closed. */
export async function startSmallApi(respond: Respond, port = 0): Promise<SmallApi> {
  const seen: Seen[] = [];
  const server: Server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const content = await text(request);
    const body: unknown = content === '' ? undefined : JSON.parse(content);
    const one = { line: `${request.method} ${request.url}`, headers: request.headers, body };
    seen.push(one);
    await respond(one, response);
  };
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${taken}`,
    port: taken,
    seen,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Answers with JSON. */
export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** Answers with a problem document. */
export function problem(response: ServerResponse, code: string, options: { status: number; detail: string }): void {
  response.writeHead(options.status, { 'content-type': 'application/problem+json' });
  const document = { type: `urn:holdfast:problem:${code}`, title: code, code, instance: 'r-1', ...options };
  response.end(JSON.stringify(document satisfies Omit<Problem, 'code'>));
}
