import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { type Answered, type ApiUnderTest, ask, startApiUnderTest } from './fixture.ts';

let api: ApiUnderTest;
let ada: string;

beforeAll(async () => {
  api = await startApiUnderTest({ maxInputBytes: 100_000 });
  ada = await api.token('ada');
});

afterAll(() => api?.close());

const RUN = 'probe.AAAAAAAAAAAAAAAAAAAAAA';
const json = { 'content-type': 'application/json' };

interface Case {
  readonly line: string;
  readonly send?: { body?: unknown; raw?: string | Uint8Array; headers?: Record<string, string> };
  readonly gives: readonly [number, string, RegExp];
}

const CASES: Readonly<Record<string, Case>> = {
  'a path that is not there': { line: 'GET /v2/runs', gives: [404, 'not-found', /openapi\.json lists what there is/] },
  'a method that is not there': { line: 'DELETE /v1/runs', gives: [405, 'method-not-allowed', /takes POST and GET/] },
  'a body that is no JSON': {
    line: 'POST /v1/runs',
    send: { raw: '{"job":', headers: json },
    gives: [400, 'invalid-input', /no valid JSON/],
  },
  'a body that is no UTF-8': {
    line: 'POST /v1/runs',
    send: { raw: new Uint8Array([0x22, 0xff, 0x22]), headers: json },
    gives: [400, 'invalid-input', /no valid JSON in UTF-8/],
  },
  'a body that is nested for ever': {
    line: 'POST /v1/runs',
    send: { raw: `${'['.repeat(20_000)}${']'.repeat(20_000)}`, headers: json },
    gives: [400, 'invalid-input', /nested deeper than 200/],
  },
  'no body where one is needed': {
    line: 'POST /v1/runs',
    gives: [400, 'invalid-input', /^The body does not fit: body\.job/],
  },
  'a body of another type': {
    line: 'POST /v1/runs',
    send: { raw: 'job=probe', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    gives: [415, 'unsupported-media-type', /Content-Type: application\/json/],
  },
  'a body that is too large': {
    line: 'POST /v1/runs',
    send: { body: { job: 'probe', input: 'x'.repeat(200_000) } },
    gives: [413, 'too-large', /larger than the \d+ bytes that this route takes/],
  },
  'a small route sent a large body': {
    line: `POST /v1/runs/${RUN}/pause`,
    send: { body: { reason: 'x'.repeat(70_000) } },
    gives: [413, 'too-large', /larger than the \d+ bytes that this route takes/],
  },
  'a field that is not known': {
    line: `POST /v1/runs/${RUN}/pause`,
    send: { body: { reson: 'typo' } },
    gives: [400, 'invalid-input', /body\.reson: no such field is known/],
  },
  'a job that is not there': {
    line: 'POST /v1/runs',
    send: { body: { job: 'nothing', input: {} } },
    gives: [404, 'unknown-job', /known are: probe/],
  },
  'an input that does not fit the job': {
    line: 'POST /v1/runs',
    send: { body: { job: 'probe', input: { run: 1 } } },
    gives: [400, 'invalid-input', /^The input of "probe" does not fit/],
  },
  'a filter that does not parse': {
    line: 'GET /v1/runs?status=sleeping',
    gives: [400, 'invalid-input', /query\.status: one of running, paused/],
  },
  'a limit out of bounds': {
    line: 'GET /v1/runs?limit=501',
    gives: [400, 'invalid-input', /a whole number from 1 to 500/],
  },
  'a moment that is none': {
    line: 'GET /v1/runs?startedAfter=yesterday',
    gives: [400, 'invalid-input', /a moment such as/],
  },
  'a cursor that is none': {
    line: 'GET /v1/runs?cursor=abc',
    gives: [400, 'invalid-input', /The cursor is none of this API/],
  },
  'a filter that is not known': { line: 'GET /v1/runs?colour=red', gives: [400, 'invalid-input', /query\.colour/] },
  'a query where none is taken': { line: 'GET /v1/jobs?x=1', gives: [400, 'invalid-input', /takes no query/] },
  'a run id that is none': { line: 'GET /v1/runs/42', gives: [400, 'invalid-input', /path\.runId: a run id/] },
  'a run that is not there': { line: `GET /v1/runs/${RUN}`, gives: [404, 'unknown-run', /There is no run/] },
  'a path that is no path': { line: 'GET /v1/runs/%E0%A4%A', gives: [400, 'invalid-input', /not well-formed/] },
  'a place in the timeline that is none': {
    line: `GET /v1/runs/${RUN}/timeline?after=%22nowhere`,
    gives: [404, 'unknown-run', /There is no run/],
  },
};

test.each(Object.entries(CASES))(
  '%s gets its problem document [api.problems]',
  async (_, { line, send = {}, gives }) => {
    const [status, code, detail] = gives;
    const answer = await ask(api.address, line, { token: ada, ...send });
    expectProblem(answer, status);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.detail).toMatch(detail);
  },
);

function expectProblem(answer: Answered, status: number): void {
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({
    type: `urn:holdfast:problem:${answer.body.code}`,
    status,
    instance: answer.headers.get('x-request-id'),
  });
  // One sentence or two, for a person; nothing of the inside.
  expect(answer.body.detail).toMatch(/^[A-Z"].*\.$/s);
  expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts:|at async|select |gate\./);
}

test('a request keeps the id that it was given, when that can stand in a log [api.problems]', async () => {
  const kept = await ask(api.address, 'GET /v1/jobs', { token: ada, headers: { 'x-request-id': 'trace-7.a' } });
  expect(kept.headers.get('x-request-id')).toBe('trace-7.a');
  const made = await ask(api.address, 'GET /v1/jobs', { token: ada, headers: { 'x-request-id': 'a b' } });
  expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('who asks too often is told when to come again [api.limits]', async () => {
  const slow = await startApiUnderTest({ requestsPerSecond: 5 });
  try {
    const token = await slow.token('ada');
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(slow.address, 'GET /v1/jobs', { token })));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(2);
    expectProblem(refused[0] as Answered, 429);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect((await ask(slow.address, 'GET /healthz')).status).toBe(200);
  } finally {
    await slow.close();
  }
});

test('who guesses tokens is held up, and nobody with a right one at the same address is [api.limits]', async () => {
  const guessed = await startApiUnderTest({ requestsPerSecond: 1_000 });
  try {
    const token = await guessed.token('ada');
    expect((await ask(guessed.address, 'GET /v1/whoami', { token })).status).toBe(200);
    const forged = () => `hf1.${guessed.tenant}.${'A'.repeat(16)}.${randomBytes(32).toString('base64url')}`;
    const guesses = Array.from({ length: 400 }, () => ask(guessed.address, 'GET /v1/whoami', { token: forged() }));
    const statuses = new Set((await Promise.all(guesses)).map(({ status }) => status));
    expect([...statuses].toSorted((left, right) => left - right)).toEqual([401, 429]);
    expect((await ask(guessed.address, 'GET /v1/whoami', { token })).status).toBe(200);
  } finally {
    await guessed.close();
  }
});

test('what is no HTTP is answered as that and hurts nobody [api.problems]', async () => {
  const said = await new Promise<string>((resolve, reject) => {
    const socket = connect(api.port, '127.0.0.1', () => socket.write('HELLO THERE\r\n\r\n'));
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.once('close', () => resolve(text));
    socket.once('error', reject);
  });
  expect(said).toMatch(/^HTTP\/1\.1 400 Bad Request/);
  expect((await ask(api.address, 'GET /healthz')).status).toBe(200);
});
