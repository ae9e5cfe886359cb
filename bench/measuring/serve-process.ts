import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that has arrived whole. */
export interface Arrived {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly body: string;
  /** When its first bytes were there, by the clock of `performance.now()`. */
  readonly sinceMs: number;
}

/**
 * Serves HTTP on a free port of 127.0.0.1 as a process of a benchmark's stack: says `{"ready":true,"port":N}` on standard output
 * when it listens, and ends on SIGTERM at once.
 */
export function serveProcess(receive: (arrived: Arrived) => void): void {
  const server = createServer((request, response) => {
    const sinceMs = performance.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://receiver');
      receive({ request, response, url, body: Buffer.concat(chunks).toString('utf8'), sinceMs });
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`);
  });
  process.once('SIGTERM', () => process.exit(0));
}

/** Answers 200 with JSON; nobody may be there any more. */
export function answerJson(response: ServerResponse, body: object): void {
  if (response.destroyed) return;
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** The idempotency key of a request; empty when it has none. */
export function keyOf(request: IncomingMessage): string {
  return request.headers['idempotency-key']?.toString() ?? '';
}
