import rateLimit from '@fastify/rate-limit';
import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { randomUUID } from 'node:crypto';
import { JOB_ERRORS, JobError } from '../domain/errors.ts';
import { allowedMethods } from './allowed-methods.ts';
import type { ApiParts } from './parts.ts';
import { jsonBody } from './json-body.ts';
import { asJobError, problemOf } from './problem.ts';
import { registerRoutes } from './register-routes.ts';
import { readToken } from './token-text.ts';

const REQUEST_TIMEOUT_MS = 30_000;
const SMALL_BODY_BYTES = 65_536;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,100}$/;
const MAX_PATH_PARAMETER = 300;

/** The HTTP server with every route, not yet listening. */
export async function createApp(parts: ApiParts, loggerInstance: FastifyBaseLogger): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: REQUEST_TIMEOUT_MS,
    bodyLimit: SMALL_BODY_BYTES,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: MAX_PATH_PARAMETER, ignoreTrailingSlash: false },
    // Ours unless the caller names it in a form that can stand in logs.
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    frameworkErrors: (error, request, reply) => void answerProblem(error, request, reply),
  });
  app.decorateRequest('actor');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, jsonBody);
  app.setErrorHandler((error, request, reply) => answerProblem(error, request, reply));
  app.setNotFoundHandler((request, reply) => answerProblem(nothingHere(request, reply), request, reply));
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({
      'x-request-id': request.id,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, actor } = request;
    request.log.info(
      { method, route: routeOptions.url, status: reply.statusCode, actor, ms: Math.round(reply.elapsedTime) },
      'answered',
    );
  });
  await limitRate(app, parts);
  registerRoutes(app, parts);
  return app;
}

// By token where there is one, since many people share an address; by address before anybody has logged in.
async function limitRate(app: FastifyInstance, { settings }: ApiParts): Promise<void> {
  const { requestsPerSecond } = settings;
  await app.register(rateLimit, {
    timeWindow: 1_000,
    keyGenerator: (request) => tokenOf(request) ?? request.ip,
    max: (request) => (tokenOf(request) === undefined ? Math.max(20, requestsPerSecond / 10) : requestsPerSecond),
    allowList: (request) => request.url === '/healthz' || request.url === '/readyz',
    errorResponseBuilder: (_request, { max }) =>
      new JobError('rate-limited', `More than ${max} requests came within a second; wait a second and go on slower.`),
  });
}

function tokenOf({ headers: { authorization = '' } }: FastifyRequest): string | undefined {
  const token = readToken(authorization.replace(/^Bearer +/i, ''));
  // By its secret too: who knows the id of somebody's token must not use up its share.
  return token?.digest.toString('base64');
}

function nothingHere(request: FastifyRequest, reply: FastifyReply): JobError {
  const [path = ''] = request.url.split('?');
  const allowed = allowedMethods(path);
  if (allowed.length === 0)
    return new JobError('not-found', 'There is nothing at this path; /v1/openapi.json lists what there is.');
  void reply.header('allow', allowed.join(', '));
  return new JobError('method-not-allowed', `This path takes ${allowed.join(' and ')}; use one of them.`);
}

async function answerProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const error = asJobError(thrown, request.routeOptions.bodyLimit);
  const status = JOB_ERRORS[error.code].httpStatus;
  if (status >= 500) request.log.error({ err: thrown, code: error.code }, 'failed');
  // What the framework refuses itself has passed no hook.
  void reply.header('x-request-id', request.id);
  if (error.code === 'unauthenticated') void reply.header('www-authenticate', 'Bearer realm="holdfast"');
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify(problemOf(error, request.id)));
}
