import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { JobError } from '../domain/errors.ts';
import { authenticate } from './authenticate.ts';
import { ROUTES } from './contract.ts';
import { HANDLERS } from './handlers.ts';
import type { KnownPrincipal } from './handler.ts';
import { parseRequest } from './parse-request.ts';
import type { ApiParts } from './parts.ts';
import { GuessLimit } from './guess-limit.ts';
import type { Access, Method, Route } from './route.ts';
import { streamEvents, type StreamRequest } from './routes/events.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is handed on as bytes. */
    raw?: boolean;
  }
  interface FastifyRequest {
    /** Who asks, once that is known; for the log. */
    actor?: string;
  }
}

// The contract types requests and answers for each handler; here, where all of them meet, only their form is known.
type AnyHandler = (request: object, parts: ApiParts) => Promise<{ status: number; body: unknown }>;

/** Puts every route of the contract on a server. */
export function registerRoutes(app: FastifyInstance, parts: ApiParts): void {
  const guesses = new GuessLimit(Math.max(20, parts.settings.requestsPerSecond / 10));
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    const [method, path = ''] = name.split(' ');
    // A name that comes out of a loop has lost which handler it names: the contract has typed each at its place.
    const handler = (HANDLERS as unknown as Readonly<Record<string, AnyHandler | undefined>>)[name];
    app.route({
      method: method as Method,
      url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
      config: { raw: route.raw === true },
      exposeHeadRoute: false,
      ...(route.size === 'input' ? { bodyLimit: parts.settings.maxInputBytes } : {}),
      // After the limit of requests and before the body is read: who may not ask need not send.
      preParsing: async (request, _reply, payload) => {
        if (route.access === 'public') return payload;
        const principal = await known(request, guesses, () =>
          authenticate(parts, request.headers.authorization, route.access as Exclude<Access, 'public'>),
        );
        principals.set(request, principal);
        request.actor = `${principal.tenant}/${principal.name}`;
        return payload;
      },
      handler: async (request, reply) => {
        const given = { ...parseRequest(route, request), principal: principals.get(request) };
        if (handler === undefined) return streamEvents({ ...given, request, reply } as StreamRequest, parts);
        return answer(reply, await handler({ ...given, headers: request.headers, raw: rawOf(route, request) }, parts));
      },
    });
  }
}

async function known(
  { ip, headers }: FastifyRequest,
  guesses: GuessLimit,
  authenticated: () => Promise<KnownPrincipal>,
): Promise<KnownPrincipal> {
  const token = headers.authorization ?? '';
  guesses.check(ip, token);
  try {
    const principal = await authenticated();
    guesses.succeeded(token);
    return principal;
  } catch (error) {
    if (error instanceof JobError && error.code === 'unauthenticated') guesses.failed(ip);
    throw error;
  }
}

const principals = new WeakMap<FastifyRequest, KnownPrincipal>();

function rawOf(route: Route, { body }: FastifyRequest): Uint8Array | undefined {
  if (route.raw !== true) return undefined;
  return body instanceof Uint8Array ? body : new Uint8Array();
}

async function answer(reply: FastifyReply, { status, body }: { status: number; body: unknown }): Promise<FastifyReply> {
  if (body === null) return reply.code(status).send();
  return reply.code(status).type('application/json').send(JSON.stringify(body));
}
