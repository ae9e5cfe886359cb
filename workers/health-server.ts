import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { JobError, sentenceOf } from '../domain/errors.ts';

const HOST = '127.0.0.1';
const REQUEST_TIMEOUT_MS = 5_000;

/** Who a worker process is, for those who look after it: no address and no credential. */
export interface WorkerIdentity {
  readonly role: string;
  readonly taskQueue: string;
  readonly name: string;
  /** When it was started, in ISO 8601. */
  readonly since: string;
}

/** What {@link serveHealth} needs. */
export interface HealthOptions {
  readonly identity: WorkerIdentity;
  /** 0: a free one. */
  readonly port: number;
  /** Why the worker takes no work now, one sentence each; empty when it does. */
  readonly notReady: () => Promise<readonly string[]>;
}

/** Where a worker process tells how it is. */
export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `GET /healthz` (200: the process lives and its event loop turns) and `GET /readyz` (200, or 503 with the reasons) on
 * 127.0.0.1, as JSON. It keeps no process alive.
 * @throws JobError `stack-failed` when the port is taken
 */
export async function serveHealth(options: HealthOptions): Promise<HealthServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    void answer(request, response, options);
  });
  server.unref();
  const port = await listen(server, options.port);
  return {
    port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const sentence = `The worker cannot tell its health on port ${port} of ${HOST} (${sentenceOf(cause)}); change \`workers.healthPort\` in temporal.yaml.`;
      reject(new JobError('stack-failed', sentence, { cause }));
    });
    server.listen(port, HOST, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

async function answer(request: IncomingMessage, response: ServerResponse, options: HealthOptions): Promise<void> {
  const { identity } = options;
  const [path = ''] = (request.url ?? '').split('?');
  if (request.method !== 'GET') return send(response, 405, { error: 'Only GET is answered.' });
  switch (path) {
    case '/healthz':
      return send(response, 200, { live: true, ...identity });
    case '/readyz': {
      const reasons = await options.notReady().catch((error: unknown) => [sentenceOf(error)]);
      return send(response, reasons.length === 0 ? 200 : 503, { ready: reasons.length === 0, ...identity, reasons });
    }
    default:
      return send(response, 404, { error: 'There are /healthz and /readyz.' });
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}
