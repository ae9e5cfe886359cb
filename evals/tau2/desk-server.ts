import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Json } from '../../domain/canonical.ts';
import type { Answering, JsonAnswer, JsonRequest } from '../replay/serve-json.ts';
import { stateHash } from '../replay/state-hash.ts';
import type { Desk, DeskAnswer } from './desk.ts';
import type { DeskLedger } from './desk-ledger.ts';
import type { ToolFault } from './fault-plan.ts';
import { LATE_ANSWER_MS, SLOW_EFFECT_MS } from './timing.ts';

/** The header by which a request names its case. */
export const CASE_HEADER = 'x-tau2-case';

const Call = z.object({ tool: z.string(), args: z.record(z.string(), z.json()) });
const REFUSED = 422;
const BUSY = 409;
const NOT_YET = 503;

/**
 * A desk over HTTP. `POST /calls` is a tool call; `GET /calls?tool=` with the key of an earlier one tells what it came to, and 503
 * while that is not known yet; `GET /state?case=` and `GET /ledger` are for who judges.
 */
export function serveDesk(desk: Desk, ledger: DeskLedger): Answering {
  return (request) => {
    const { method, path, query } = request;
    if (method === 'POST' && path === '/calls') return call(desk, request);
    if (method === 'GET' && path === '/calls') return known(desk, request);
    if (method === 'GET' && path === '/state')
      return { body: { sha256: stateHash(desk.caseOf(query.get('case') ?? '').state) } };
    if (method === 'GET' && path === '/ledger') return { body: ledger.entries() };
    return { status: 404, body: { error: `There is no ${method} ${path}.` } };
  };
}

function call(desk: Desk, request: JsonRequest): JsonAnswer {
  const parsed = Call.safeParse(request.body);
  if (!parsed.success) return { status: 400, body: { error: z.prettifyError(parsed.error) } };
  const { tool, args } = parsed.data;
  const handling = desk.take({ tool, args: args as Json, ...namedBy(request) });
  switch (handling.kind) {
    case 'busy':
      return { status: BUSY, body: { error: 'The first request with this key is at work.' } };
    case 'swallowed':
      return () => undefined;
    case 'slow': {
      const { finish } = handling;
      return (response) => void setTimeout(() => sendOn(response, finish()), SLOW_EFFECT_MS);
    }
    case 'answer':
      return withFault(handling.answer, handling.fault);
  }
}

// What the caller meets once the effect has taken place.
function withFault(answer: DeskAnswer, fault: ToolFault | undefined): JsonAnswer {
  switch (fault) {
    case 'timeout-after-effect':
      return () => undefined;
    case 'status-500-after-effect':
      return { status: 500, body: { error: 'It broke after it was done.' } };
    case 'late-duplicate-answer':
      return (response) => void setTimeout(() => sendOn(response, answer), LATE_ANSWER_MS);
    case 'timeout-before-effect':
    case 'slower-than-deadline':
    case undefined:
      return answered(answer);
  }
}

function known(desk: Desk, request: JsonRequest): JsonAnswer {
  const found = desk.known({ tool: request.query.get('tool') ?? '', ...namedBy(request) });
  if (found.kind === 'at-work') return { status: NOT_YET, body: { error: 'It is at work.' } };
  if (found.kind === 'nothing') return { body: { found: false } };
  return { body: { found: true, result: found.answer.result, position: found.position ?? null } };
}

function namedBy({ headers }: JsonRequest): { case: string; key: string } {
  return { case: String(headers[CASE_HEADER] ?? ''), key: String(headers['idempotency-key'] ?? '') };
}

function answered({ ok, result }: DeskAnswer): { status: number; body: unknown } {
  return ok ? { status: 200, body: { result } } : { status: REFUSED, body: { error: result } };
}

// Usually nobody listens any more.
function sendOn(response: ServerResponse, answer: DeskAnswer): void {
  const { status, body } = answered(answer);
  response.on('error', () => undefined);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
