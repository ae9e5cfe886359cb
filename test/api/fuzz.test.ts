import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc, { type Arbitrary } from 'fast-check';
import { openApiDocument } from '../../api/openapi.ts';
import { startProbe, type ProbeEngine } from '../fixtures/probe-engine.ts';
import { type ApiUnderTest, ask, startApiUnderTest } from './fixture.ts';
import { arbitraryOf, mutationOf, ODD, type Schema } from './arbitrary-of.ts';

const RUNS_OF_EACH = 40;
const PATIENCE_MS = 10_000;

interface Operation {
  readonly summary: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, Response>>;
}

interface Response {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

interface Sent {
  readonly path: string;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

const document = openApiDocument() as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: { readonly Problem: object } };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
);
const ajv = new Ajv2020({ strict: false, validateFormats: false });
const isProblem = ajv.compile(document.components.schemas.Problem);

let probe: ProbeEngine;
let api: ApiUnderTest;
let tokens: readonly string[];
let runIds: readonly string[];
const seen = new Set<number>();
const answered = new Set<string>();

beforeAll(async () => {
  probe = await startProbe();
  api = await startApiUnderTest({ taskQueue: probe.taskQueue, tenant: probe.tenant });
  tokens = [await api.token('ada'), await api.token('grace')];
  const started = await Promise.all(
    ['one', 'two'].map((run) =>
      api.client.start(api.registry.job('probe'), { run, scenario: 'signal' } as never, { tenant: api.tenant }),
    ),
  );
  runIds = started.map(({ runId }) => runId);
  const schedule = { schedule: 'probe', job: 'probe', input: { run: '{scheduledAt}', scenario: 'sequence' } };
  const made = await ask(api.address, 'POST /v1/schedules', {
    token: tokens[0] ?? '',
    body: { ...schedule, everySeconds: 86_400, paused: true },
  });
  expect(made.status).toBe(201);
});

afterAll(async () => {
  await api?.close();
  await probe?.close();
});

test.each(operations)(
  '%s answers whatever it is sent with what its document says [api.fuzzed]',
  async (name, operation) => {
    const [method = '', template = ''] = name.split(' ');
    const validators = validatorsOf(operation);
    await fc.assert(
      fc.asyncProperty(requestOf(template, operation), fc.boolean(), async (sent, first) => {
        const token = tokens[first ? 0 : 1] ?? '';
        const response = await fetch(`${api.address}${sent.path}`, {
          method,
          headers: { authorization: `Bearer ${token}`, ...sent.headers },
          ...(sent.body === undefined ? {} : { body: sent.body }),
          signal: AbortSignal.timeout(PATIENCE_MS),
        });
        seen.add(response.status);
        if (response.ok) answered.add(name);
        expect(await faultOf(response, validators)).toBeUndefined();
      }),
      { numRuns: RUNS_OF_EACH, interruptAfterTimeLimit: 40_000 },
    );
  },
);

test('what it is sent is not all refused: every kind of answer was among them [api.fuzzed]', () => {
  const of = (from: number): number => [...seen].filter((status) => status >= from && status < from + 100).length;
  expect({ fine: of(200) >= 3, refused: [400, 404, 409, 415].every((status) => seen.has(status)) }).toEqual({
    fine: true,
    refused: true,
  });
  // Most routes have answered as they should, too.
  expect(answered.size).toBeGreaterThanOrEqual(18);
});

/** What is wrong with an answer, in words; `undefined` when nothing is. */
async function faultOf(
  response: globalThis.Response,
  validators: ReadonlyMap<number, ValidateFunction>,
): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) {
    await response.body?.cancel();
    return undefined;
  }
  const text = await response.text();
  const { status } = response;
  if (/node_modules|\.ts:\d|at async|Error:/.test(text)) return { status, shows: 'the inside', text };
  if (status === 204) return text === '' ? undefined : { status, text };
  const value: unknown = JSON.parse(text);
  // Without what it needs the API says so; everything else above 499 is a fault.
  if (status >= 500 && status !== 503) return { status, value };
  if (status < 400 || type.startsWith('application/json')) return misfit(status, value, validators.get(status));
  if (!type.startsWith('application/problem+json')) return { status, type };
  return misfit(status, value, isProblem);
}

function misfit(status: number, value: unknown, validate: ValidateFunction | undefined): unknown {
  if (validate === undefined) return { status, documented: false };
  return validate(value) ? undefined : { status, value, errors: validate.errors };
}

function validatorsOf({ responses }: Operation): ReadonlyMap<number, ValidateFunction> {
  return new Map(
    Object.entries(responses).flatMap(([status, { content }]) => {
      const schema = content?.['application/json']?.schema;
      return schema === undefined ? [] : [[Number(status), ajv.compile(schema)] as const];
    }),
  );
}

function requestOf(template: string, { parameters = [], requestBody }: Operation): Arbitrary<Sent> {
  const path = fc.tuple(...template.split('/').map((part) => segmentOf(part, parameters)));
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const queries = fc.oneof(
    // Of many parameters one is odd nearly every time: without any, the route itself is reached.
    fc.constant({}),
    fc.record(Object.fromEntries(query.map(({ name, schema }) => [name, fc.oneof(arbitraryOf(schema), ODD)])), {
      requiredKeys: [],
    }),
  );
  const schema = requestBody?.content['application/json']?.schema;
  return fc.record({
    path: fc.tuple(path, queries).map(([parts, values]) => `${parts.join('/')}${searchOf(values)}`),
    body: schema === undefined ? fc.constant(undefined) : bodyOf(schema),
    headers:
      schema === undefined
        ? fc.constant({})
        : fc.constantFrom({ 'content-type': 'application/json' }, { 'content-type': 'text/plain' }, JSON_UTF8),
  });
}

const JSON_UTF8 = { 'content-type': 'application/json; charset=utf-8' };

function bodyOf(schema: Schema): Arbitrary<string> {
  return fc.oneof(
    { weight: 5, arbitrary: mutationOf(schema).map((value) => JSON.stringify(value) ?? '') },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 50 }) },
  );
}

function segmentOf(part: string, parameters: NonNullable<Operation['parameters']>): Arbitrary<string> {
  if (!part.startsWith('{')) return fc.constant(part);
  const schema = parameters.find(({ name }) => `{${name}}` === part)?.schema ?? {};
  const known =
    part === '{runId}' ? [fc.constantFrom(0, 1).map((index) => runIds[index] ?? '')] : [fc.constant('probe')];
  const values = fc.oneof(...known, arbitraryOf(schema), ODD);
  return values.map((value) => encodeURIComponent(textIn(value)) || '-');
}

// What cannot stand in a path or a query is no text of one.
function textIn(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed();
}

function searchOf(values: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(values).map(([name, value]): [string, string] => [name, textIn(value)]);
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries).toString()}`;
}
