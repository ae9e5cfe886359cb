import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Ticket } from '../jobs/triage/schemas.ts';

// A small desk to try the job on, in the place of yours. It keeps its tickets in memory, and answers a key that it has
// seen with the ticket that it opened then.
const byMessage = new Map<string, unknown>();
const byKey = new Map<string, unknown>();

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => reply(response, 500, { error: String(error) }));
});
server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ ready: true, address: server.address() })}\n`);
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, , message = ''] = (request.url ?? '').split('/').map(decodeURIComponent);
  if (request.method === 'GET') {
    const ticket = byMessage.get(message);
    return ticket === undefined ? reply(response, 404, { error: 'no such ticket' }) : reply(response, 200, ticket);
  }
  if (request.method !== 'POST') return reply(response, 405, { error: 'GET or POST' });
  const key = String(request.headers['idempotency-key'] ?? '');
  const known = byKey.get(key);
  if (known !== undefined) return reply(response, 200, known);
  const asked = Ticket.parse(JSON.parse(await textOf(request)));
  const ticket = { ...asked, ticket: `T-${byMessage.size + 1}` };
  byMessage.set(asked.message, ticket);
  byKey.set(key, ticket);
  process.stdout.write(`opened ${JSON.stringify(ticket)}\n`);
  return reply(response, 201, ticket);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString();
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
