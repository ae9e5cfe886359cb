import { openSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Entry } from './record.ts';

// The system that the steps of `bench recovery` write to, a process of its own: it acts once for each idempotency key, answers
// after a while, and appends all that happens to a file. Its arguments: the file, and after how many milliseconds it answers.
const [path = '', answerMs = ''] = process.argv.slice(2);
const record = openSync(path, 'a');
const entered = new Map<string, { readonly id: string; readonly at: number }>();

const server = createServer((request, response) => receive(request, response));
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
    const { run, step } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { run: string; step: number };
    const key = request.headers['idempotency-key']?.toString() ?? '';
    const note = (kind: Entry['kind']): void => append({ kind, at: Date.now(), key, run, step });
    const before = entered.get(key);
    note(before === undefined ? 'effect' : 'repeat');
    const entry = before ?? { id: `${run}/${step}`, at: Date.now() };
    entered.set(key, entry);
    response.once('close', () => {
      if (!response.writableFinished) note('broken');
    });
    setTimeout(() => answer(response, { id: entry.id }), entry.at + Number(answerMs) - Date.now());
  });
}

function answer(response: ServerResponse, body: object): void {
  if (response.destroyed) return;
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function append(entry: Entry): void {
  writeSync(record, `${JSON.stringify(entry)}\n`);
}
