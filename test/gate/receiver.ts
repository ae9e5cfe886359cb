import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** One request as it arrived. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A local HTTP server that remembers what it was sent. */
export interface Receiver {
  readonly address: string;
  readonly received: readonly Received[];
  /** How many requests came with an idempotency key. */
  readonly sentWith: (key: string) => number;
  /** How many connections were opened to it, whether bytes came or not. */
  readonly connections: () => number;
  /** How many requests whose answer was due saw their connection closed by the caller. */
  readonly abandoned: () => number;
  close(): Promise<void>;
}

/** Answers one request; what it throws becomes a 500. */
export type Answerer = (request: Received, response: ServerResponse) => void | Promise<void>;

/** Starts a receiver on a free port of 127.0.0.1. */
export async function receiver(answer: Answerer): Promise<Receiver> {
  const received: Received[] = [];
  let connections = 0;
  let abandoned = 0;
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableEnded) abandoned += 1;
    });
    void take(request, received).then(
      async (taken) => answer(taken, response),
      () => undefined,
    );
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return {
    address: `http://127.0.0.1:${address.port}`,
    received,
    sentWith: (key) => received.filter(({ headers }) => headers['idempotency-key'] === key).length,
    connections: () => connections,
    abandoned: () => abandoned,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers JSON. */
export function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

async function take(request: IncomingMessage, received: Received[]): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const taken = {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body: Buffer.concat(chunks).toString(),
  };
  received.push(taken);
  return taken;
}
