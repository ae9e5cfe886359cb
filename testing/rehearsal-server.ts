import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { ACT_HEADER, type CallOfRun, CALL_HEADER, FORM_HEADER, TOOL_HEADER } from './calls.ts';
import type { ReceivedRequest } from './options.ts';
import type { RequestOfCall } from './fake-receiver.ts';
import type { Rehearsal } from './rehearsal.ts';

const HOST = '127.0.0.1';
const CALLS = '/calls';
const MODEL = '/v1';
const SYSTEMS = '/systems/';
// Below 500; what is answered so is asked again.
const DOWN = [408, 409, 425, 429];
const MAX_BODY_BYTES = 32 * 1024 * 1024;

type Reply = { readonly status: number; readonly json?: unknown } | 'broken';

/** Serves the scripted models and the fake receivers of all rehearsals of this process. It keeps no process alive. */
export interface RehearsalServer {
  /** Where workers say which call they are about to make. */
  readonly callsAddress: string;
  /** The base address of Chat Completions. */
  readonly modelAddress: string;
  /** The base address of a system. */
  systemAddress(name: string): string;
  /** Answers the calls of a rehearsal from now on; the answer of this function ends that. */
  serve(rehearsal: Rehearsal): () => void;
  close(): Promise<void>;
}

/** Starts the server on a free port of 127.0.0.1. */
export async function startRehearsalServer(): Promise<RehearsalServer> {
  const rehearsals = new Map<string, Rehearsal>();
  const server = createServer((request, response) => void respond(rehearsals, request, response));
  server.on('connection', (socket) => socket.unref());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, resolve);
  });
  server.unref();
  const origin = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  return {
    callsAddress: `${origin}${CALLS}`,
    modelAddress: `${origin}${MODEL}`,
    systemAddress: (name) => `${origin}${SYSTEMS}${encodeURIComponent(name)}`,
    serve: (rehearsal) => {
      rehearsals.set(rehearsal.tenant, rehearsal);
      return () => void rehearsals.delete(rehearsal.tenant);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

type Rehearsals = ReadonlyMap<string, Rehearsal>;

async function respond(rehearsals: Rehearsals, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await bodyOf(request);
    const reply = await replyTo(rehearsals, request, body);
    if (reply === 'broken') return void response.destroy();
    // Before the head: what cannot be written must still be told.
    const text = reply.json === undefined || reply.status === 204 ? undefined : JSON.stringify(reply.json);
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(text);
  } catch (error) {
    response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ message: sentenceOf(error) }));
  }
}

async function replyTo(rehearsals: Rehearsals, request: IncomingMessage, body: unknown): Promise<Reply> {
  const url = new URL(request.url ?? '/', `http://${HOST}`);
  if (url.pathname === CALLS) {
    // Only our own workers know of it.
    const call = body as CallOfRun;
    await rehearsals.get(call.tenant)?.announce(call);
    return { status: 204 };
  }
  const model = url.pathname.startsWith(`${MODEL}/`);
  const key = headerOf(request.headers, model ? 'idempotency-key' : CALL_HEADER) ?? '';
  const rehearsal = [...rehearsals.values()].find((each) => each.call(key) !== undefined);
  const call = rehearsal?.call(key);
  if (rehearsal === undefined || call === undefined)
    return { status: 400, json: { message: 'No rehearsal that runs has made this call.' } };
  try {
    const reply = model
      ? rehearsal.model.reply(call, messagesIn(body))
      : await rehearsal.receiver.answer(requestOf(request, { url, call, body }));
    rehearsal.wasDown ||= reply === 'broken' || DOWN.includes(reply.status) || reply.status >= 500;
    return reply;
  } catch (error) {
    const failure = error instanceof JobError ? error : failed(url, error);
    rehearsal.fail(failure);
    return { status: 400, json: { message: failure.message } };
  }
}

function failed(url: URL, cause: unknown): JobError {
  return new JobError('invalid-input', `The receiver failed at ${url.pathname}: ${sentenceOf(cause)}`, { cause });
}

function requestOf(
  { method = 'GET', headers }: IncomingMessage,
  { url, call, body }: { readonly url: URL; readonly call: CallOfRun; readonly body: unknown },
): RequestOfCall {
  const [system = '', ...parts] = url.pathname.slice(SYSTEMS.length).split('/');
  const request: ReceivedRequest = {
    system: decodeURIComponent(system),
    tool: decodeURIComponent(headerOf(headers, TOOL_HEADER) ?? encodeURIComponent(call.name)),
    // Our own workers write these headers.
    act: (headerOf(headers, ACT_HEADER) ?? 'send') as ReceivedRequest['act'],
    step: call.step,
    method,
    path: `/${parts.join('/')}`,
    query: Object.fromEntries(url.searchParams),
    key: headerOf(headers, 'idempotency-key'),
    body,
    input: call.args,
    at: Date.now(),
  };
  return { request, call, form: (headerOf(headers, FORM_HEADER) ?? 'plain') as RequestOfCall['form'] };
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  return headers[name]?.toString();
}

function messagesIn(body: unknown): readonly unknown[] {
  const messages = typeof body === 'object' && body !== null && 'messages' in body ? body.messages : undefined;
  return Array.isArray(messages) ? messages : [];
}

// What is no JSON is kept as the text it is.
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new JobError('invalid-input', `A body of more than ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
