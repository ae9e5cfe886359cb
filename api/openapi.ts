import { z } from 'zod';
import type { Json } from '../domain/canonical.ts';
import { JOB_ERRORS, type JobErrorCode } from '../domain/errors.ts';
import { rolesFor } from '../domain/principal.ts';
import { ROUTES } from './contract.ts';
import type { Access, Route, RouteName } from './route.ts';
import { ProblemSchema } from './schemas/problem.ts';
import { VERSION } from './version.ts';

/** A JSON object of the document. */
export type JsonObject = { [key: string]: Json };

const EVERYWHERE: readonly JobErrorCode[] = [
  'invalid-input',
  'rate-limited',
  'internal',
  'unavailable',
  'stack-failed',
];
let made: JsonObject | undefined;

/** The OpenAPI 3.1 document of the API, made from its contract. Source: https://spec.openapis.org/oas/v3.1.1.html */
export function openApiDocument(): JsonObject {
  if (made !== undefined) return made;
  // Filled as the paths are made: many routes share a problem.
  const responses: JsonObject = {};
  made = {
    openapi: '3.1.1',
    info: {
      title: 'Holdfast',
      version: VERSION,
      description:
        'Starts, steers and watches runs of agent jobs. Whatever goes wrong is told by a problem document (RFC 9457) with one of our codes.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: pathsOf(responses),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'A token of `holdfast login`.' } },
      schemas: { Problem: jsonOf(ProblemSchema, 'output') },
      responses,
    },
  };
  return made;
}

function pathsOf(responses: JsonObject): JsonObject {
  const paths: JsonObject = {};
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    const [method = '', path = ''] = name.split(' ');
    const others = paths[path] as JsonObject | undefined;
    paths[path] = { ...others, [method.toLowerCase()]: operationOf(name as RouteName, route, responses) };
  }
  return paths;
}

function operationOf(name: RouteName, route: Route, responses: JsonObject): JsonObject {
  const parameters = [
    ...parametersOf('path', route.path),
    ...parametersOf('query', route.query),
    ...lastEventId(route),
  ];
  return {
    operationId: name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, ''),
    summary: route.summary,
    ...(route.access === 'public'
      ? { security: [] }
      : { security: [{ token: [] }], description: whoMay(route.access) }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined ? {} : { requestBody: bodyOf(route.body) }),
    responses: { ...answersOf(route), ...problemsOf(route, responses) },
  };
}

function whoMay(access: Exclude<Access, 'public'>): string {
  return access === 'known' ? 'For everybody with a token.' : `Needs one of the roles ${rolesFor(access).join(', ')}.`;
}

function parametersOf(where: 'path' | 'query', schema: z.ZodObject | undefined): JsonObject[] {
  if (schema === undefined) return [];
  const json = jsonOf(schema, 'input');
  const required = (json['required'] ?? []) as string[];
  return Object.entries((json['properties'] ?? {}) as JsonObject).map(([name, value]) => {
    const { description, ...rest } = value as JsonObject;
    return {
      name,
      in: where,
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

function lastEventId({ stream }: Route): JsonObject[] {
  if (stream !== true) return [];
  const description = 'The id of the last event that is known; browsers send it when they connect again.';
  return [
    { name: 'Last-Event-ID', in: 'header', required: false, description, schema: { type: 'string', maxLength: 200 } },
  ];
}

function bodyOf(schema: z.ZodType): JsonObject {
  const optional = schema.safeParse({}).success;
  return { required: !optional, content: { 'application/json': { schema: jsonOf(schema, 'input') } } };
}

function answersOf({ answers, stream }: Route): JsonObject {
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => {
      const description = schema?.description ?? 'There is nothing to say.';
      if (schema === null) return [status, { description }];
      const type = stream === true ? 'text/event-stream' : 'application/json';
      return [status, { description, content: { [type]: { schema: jsonOf(schema, 'output') } } }];
    }),
  );
}

function problemsOf(route: Route, responses: JsonObject): JsonObject {
  const who: readonly JobErrorCode[] = route.access === 'public' ? [] : ['unauthenticated', 'forbidden'];
  const sends: readonly JobErrorCode[] = route.body === undefined ? [] : ['too-large', 'unsupported-media-type'];
  const codes = [...new Set([...EVERYWHERE, ...who, ...sends, ...route.problems])];
  const byStatus = Map.groupBy(codes, (code) => String(JOB_ERRORS[code].httpStatus));
  return Object.fromEntries(
    [...byStatus]
      .filter(([status]) => !(Number(status) in route.answers))
      .toSorted(([left], [right]) => Number(left) - Number(right))
      .map(([status, of]) => [status, { $ref: `#/components/responses/${shared(responses, of.toSorted())}` }]),
  );
}

function shared(responses: JsonObject, codes: readonly JobErrorCode[]): string {
  const name = codes.join('-or-');
  responses[name] = {
    description: `A problem with the code ${codes.join(' or ')}.`,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  return name;
}

function jsonOf(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    reused: 'inline',
    unrepresentable: 'any',
  });
  return JSON.parse(JSON.stringify(json)) as JsonObject;
}
