import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What arrived at one path of the receiver. */
export interface Received {
  readonly requests: number;
  /** How many different idempotency keys. */
  readonly keys: number;
  /** SHA-256 over the keys in order, each followed by a line break. */
  readonly keysDigest: string;
}

// The system that every step of the benchmark writes to: answers after 20 ms and counts requests by their key. A process of
// its own; `GET /counts?path=…` tells what arrived at a path.
const ANSWER_MS = 20;
const ID_LENGTH = 22;

const arrived = new Map<string, Map<string, number>>();
let answers = 0;

const server = createServer((request, response) => {
  if (request.method === 'GET')
    answer(response, countsOf(new URL(request.url ?? '/', 'http://receiver').searchParams.get('path') ?? ''));
  else receive(request, response);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`);
});
process.once('SIGTERM', () => process.exit(0));

function receive(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const path = request.url ?? '';
    const keys = arrived.get(path) ?? new Map<string, number>();
    arrived.set(path, keys);
    const key = request.headers['idempotency-key']?.toString() ?? '';
    keys.set(key, (keys.get(key) ?? 0) + 1);
    answers += 1;
    const id = String(answers).padStart(ID_LENGTH, '0');
    setTimeout(() => answer(response, { id }), ANSWER_MS);
  });
}

function answer(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function countsOf(path: string): Received {
  const keys = arrived.get(path) ?? new Map<string, number>();
  const hash = createHash('sha256');
  for (const key of [...keys.keys()].toSorted()) hash.update(`${key}\n`);
  return {
    requests: [...keys.values()].reduce((sum, count) => sum + count, 0),
    keys: keys.size,
    keysDigest: hash.digest('hex'),
  };
}
