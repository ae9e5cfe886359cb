import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { cliUser, type CliUser } from './run-cli.ts';
import { json, startSmallApi, type SmallApi } from './small-api.ts';

const RUN = `job.${'a'.repeat(22)}`;
const AT = '2026-01-31T09:00:00.000Z';
const ID = expect.any(String);
const LISTED = {
  runId: RUN,
  job: 'job',
  version: 1,
  status: 'waiting',
  step: 'release',
  turns: 0,
  lastOutcome: '',
  actor: 'ada',
  startedAt: AT,
  modelCalls: 2,
  inputTokens: 10,
  outputTokens: 5,
  model: 'SIMULATED',
  waitingFor: {
    kind: 'signal',
    name: 'release',
    since: '2026-01-31T09:00:00.000Z',
    sentence: 'Somebody\u001b[2J must \u202erelease it.',
  },
};
const SCHEDULE = {
  schedule: 'nightly',
  job: 'job',
  input: {},
  cron: ['0 6 * * *'],
  overlap: 'skip',
  catchUpSeconds: 3_600,
  paused: false,
  note: '',
  createdBy: 'ada',
  next: [AT],
  recent: [{ scheduledAt: AT, startedAt: AT, runId: RUN }],
  missed: 0,
  skipped: 0,
};
const TOKEN = { tokenId: 'token-1', principal: 'ada', roles: ['operator'], expiresAt: AT };
const JOB = { name: 'job', version: 1, dataClass: 'internal', agents: ['reader'], tools: ['post'], checks: [] };
const ANSWERS: Readonly<Record<string, unknown>> = {
  [`GET /v1/runs/${RUN}`]: { ...LISTED, live: false, ageMs: 5 },
  [`GET /v1/runs/${RUN}/timeline`]: { events: [{ id: '1', at: AT, kind: 'run-started', actor: 'ada' }] },
  [`GET /v1/runs/${RUN}/question`]: { question: null },
  'GET /v1/runs': { runs: [LISTED], next: 'c-2' },
  'GET /v1/jobs': { jobs: [JOB] },
  'GET /v1/jobs/job': { ...JOB, input: {}, output: {}, effects: [], budget: { turns: 12 } },
  'GET /v1/schedules': { schedules: [SCHEDULE] },
  'GET /v1/tokens': { tokens: [{ ...TOKEN, label: '', issuedBy: 'ada', issuedAt: AT }] },
  'GET /v1/whoami': { ...TOKEN, kind: 'person', tenant: 'default' },
  'POST /v1/runs': { runId: RUN, existing: false, status: 'starting' },
  'POST /v1/tokens': { ...TOKEN, token: 'hf1.a.b.c', tenant: 'default' },
};

let api: SmallApi;
let ada: CliUser;

beforeAll(async () => {
  api = await startSmallApi(({ line }, response) => {
    const [path = ''] = line.split('?');
    const schedule = path.includes('/schedules') ? SCHEDULE : undefined;
    if (path === 'DELETE /v1/schedules/nightly') response.writeHead(204).end();
    else json(response, ANSWERS[path] ?? schedule ?? { runId: RUN, status: 'paused', taken: true, ...TOKEN });
  });
  ada = cliUser({ HOLDFAST_API: api.address, HOLDFAST_TOKEN: 'hf1.default.id.secret' });
  writeFileSync(join(ada.folder, 'input.json'), '{"text":"from a file"}');
});

beforeEach(() => void api.seen.splice(0));

afterAll(async () => {
  ada.remove();
  await api.close();
});

interface Case {
  readonly args: string;
  readonly sends: string;
  readonly body?: unknown;
  readonly prints: string | RegExp;
  readonly input?: string;
}

const CASES: readonly Case[] = [
  { args: 'whoami', sends: 'GET /v1/whoami', prints: /^name +ada$/m },
  { args: 'jobs', sends: 'GET /v1/jobs', prints: /^job +1 +internal +reader +post$/m },
  { args: 'jobs job', sends: 'GET /v1/jobs/job', prints: /^budget +12 turns$/m },
  {
    args: 'run job --input input.json',
    sends: 'POST /v1/runs',
    body: { job: 'job', input: { text: 'from a file' } },
    prints: `${RUN} is started\n`,
  },
  {
    args: 'run job -i -',
    sends: 'POST /v1/runs',
    body: { job: 'job', input: ['from', 'stdin'] },
    prints: `${RUN} is started\n`,
    input: '["from","stdin"]',
  },
  {
    args: 'run job --input {"a":1}',
    sends: 'POST /v1/runs',
    body: { job: 'job', input: { a: 1 } },
    prints: `${RUN} is started\n`,
  },
  { args: 'runs', sends: 'GET /v1/runs', prints: /^RUN +STATUS +STARTED +BY +AT$/m },
  {
    args: 'runs --status waiting --job job --actor ada --waiting-for answer --limit 7 --cursor c-1',
    sends: 'GET /v1/runs?status=waiting&job=job&actor=ada&waitingFor=answer&cursor=c-1&limit=7',
    prints: RUN,
  },
  {
    args: 'runs --started-after 2026-01-31T10:00:00+01:00 --started-before 2026-02-01T00:00:00Z',
    sends: 'GET /v1/runs?startedAfter=2026-01-31T09%3A00%3A00.000Z&startedBefore=2026-02-01T00%3A00%3A00.000Z',
    prints: RUN,
  },
  { args: `show ${RUN}`, sends: `GET /v1/runs/${RUN}?live=false`, prints: /^waits for +signal "release"$/m },
  { args: `show ${RUN} --live`, sends: `GET /v1/runs/${RUN}?live=true`, prints: /^status +waiting$/m },
  {
    args: `pause ${RUN} --reason lunch`,
    sends: `POST /v1/runs/${RUN}/pause`,
    body: { reason: 'lunch' },
    prints: `${RUN} is paused\n`,
  },
  { args: `resume ${RUN}`, sends: `POST /v1/runs/${RUN}/resume`, body: {}, prints: RUN },
  { args: `cancel ${RUN}`, sends: `POST /v1/runs/${RUN}/cancel`, body: {}, prints: 'is being cancelled' },
  {
    args: `signal ${RUN} release --payload {"by":"me"} --id s-1`,
    sends: `POST /v1/runs/${RUN}/signal`,
    body: { name: 'release', id: 's-1', payload: { by: 'me' } },
    prints: 'has "release"',
  },
  { args: `signal ${RUN} go`, sends: `POST /v1/runs/${RUN}/signal`, body: { name: 'go', id: ID }, prints: 'has "go"' },
  { args: `question ${RUN} --json`, sends: `GET /v1/runs/${RUN}/question`, prints: '{"question":null}\n' },
  {
    args: `answer ${RUN} did-not-happen --next repeat --evidence phone`,
    sends: `POST /v1/runs/${RUN}/answer`,
    body: { answer: { kind: 'did-not-happen', next: 'repeat' }, evidence: 'phone', id: ID },
    prints: RUN,
  },
  {
    args: `answer ${RUN} corrected --output {"total":1} --evidence paper --question q --id a-1`,
    sends: `POST /v1/runs/${RUN}/answer`,
    body: { answer: { kind: 'corrected', output: { total: 1 } }, evidence: 'paper', question: 'q', id: 'a-1' },
    prints: RUN,
  },
  {
    args: `answer ${RUN} happened --evidence paper`,
    sends: `POST /v1/runs/${RUN}/answer`,
    body: { answer: { kind: 'happened' }, evidence: 'paper', id: ID },
    prints: RUN,
  },
  {
    args: `answer ${RUN} rejected --evidence paper`,
    sends: `POST /v1/runs/${RUN}/answer`,
    body: { answer: { kind: 'rejected' }, evidence: 'paper', id: ID },
    prints: RUN,
  },
  {
    args: 'token create --label nightly --roles operator,viewer --days 90 --principal gateway',
    sends: 'POST /v1/tokens',
    body: { label: 'nightly', roles: ['operator', 'viewer'], days: 90, principal: 'gateway' },
    prints: 'hf1.a.b.c\n',
  },
  { args: 'token list', sends: 'GET /v1/tokens', prints: /^token-1 +ada +until /m },
  { args: 'token revoke token-1', sends: 'DELETE /v1/tokens/token-1', prints: 'token-1 of ada is revoked\n' },
  {
    args: 'schedule create nightly --job job --input {} --cron 0_6_*_*_* --cron 0_7_*_*_* --time-zone UTC --catch-up 2h --overlap allow-all --paused',
    sends: 'POST /v1/schedules',
    body: {
      schedule: 'nightly',
      job: 'job',
      input: {},
      cron: ['0 6 * * *', '0 7 * * *'],
      timeZone: 'UTC',
      catchUpSeconds: 7_200,
      overlap: 'allow-all',
      paused: true,
    },
    prints: /^when +0 6 \* \* \* \(UTC\)$/m,
  },
  {
    args: 'schedule create nightly --job job --input {} --every 10m',
    sends: 'POST /v1/schedules',
    body: { schedule: 'nightly', job: 'job', input: {}, everySeconds: 600 },
    prints: 'nightly',
  },
  { args: 'schedule list', sends: 'GET /v1/schedules?limit=500', prints: /^nightly +job +active +2026/m },
  { args: 'schedule show nightly', sends: 'GET /v1/schedules/nightly', prints: RUN },
  {
    args: 'schedule pause nightly --reason holidays',
    sends: 'POST /v1/schedules/nightly/pause',
    body: { reason: 'holidays' },
    prints: 'nightly is active\n',
  },
  { args: 'schedule resume nightly', sends: 'POST /v1/schedules/nightly/resume', body: {}, prints: 'is active' },
  { args: 'schedule trigger nightly', sends: 'POST /v1/schedules/nightly/trigger', body: {}, prints: 'a run now' },
  { args: 'schedule delete nightly', sends: 'DELETE /v1/schedules/nightly', prints: 'nightly is deleted\n' },
];

test.each(CASES)('holdfast $args [cli.verbs]', async ({ args, sends, body, prints, input }) => {
  const words = args.split(' ').map((word) => word.replaceAll('_', ' '));
  const ended = await ada.run(words, input === undefined ? {} : { input });
  expect({ code: ended.code, sent: api.seen.map((seen) => ({ line: seen.line, body: seen.body })) }).toEqual({
    code: 0,
    sent: [{ line: sends, body }],
  });
  expect(ended.out).toMatch(prints);
});

const READS = ['whoami', 'jobs', 'jobs job', 'runs', `show ${RUN} --timeline`, `question ${RUN}`].concat(
  'token list',
  'schedule list',
  'schedule show nightly',
);

test.each(READS)('holdfast %s --json prints one JSON object and nothing else [cli.json]', async (args) => {
  const ended = await ada.run([...args.split(' '), '--json']);
  expect(ended.out).toMatch(/^\{.*\}\n$/);
  expect(JSON.parse(ended.out)).toEqual(expect.any(Object));
  expect({ code: ended.code, said: ended.said }).toEqual({ code: 0, said: '' });
});

test('what a run says steers no terminal, and nothing is coloured where nobody looks on [cli.verbs]', async () => {
  const ended = await ada.run(['runs']);
  expect(ended.out).toContain('Somebody\ufffd[2J must \ufffdrelease it.');
  expect(ended.out).not.toContain('\u001b');
  expect(ended.said).toBe('holdfast: there are more: --cursor c-2, or --all\n');
});

test('--all follows every page to the last [cli.verbs]', async () => {
  const pages = await startSmallApi(({ line }, response) => {
    const [, cursor] = /cursor=(\w+)/.exec(line) ?? [];
    json(response, { runs: [LISTED], ...(cursor === 'three' ? {} : { next: cursor === 'two' ? 'three' : 'two' }) });
  });
  const ended = await ada.run(['runs', '--all', '--json', '--api', pages.address]);
  await pages.close();
  expect(JSON.parse(ended.out)).toEqual({ runs: [LISTED, LISTED, LISTED] });
  expect(pages.seen.map(({ line }) => line)).toEqual([
    'GET /v1/runs?limit=500',
    'GET /v1/runs?limit=500&cursor=two',
    'GET /v1/runs?limit=500&cursor=three',
  ]);
});

test('a token of another tenant than --tenant names does nothing [cli.session]', async () => {
  const ended = await ada.run(['cancel', RUN, '--tenant', 'accounts']);
  expect(ended.code).toBe(23);
  expect(ended.said).toMatch(/^holdfast: You are logged in to the tenant "default", not "accounts"; .*\n$/);
  expect(api.seen.map(({ line }) => line)).toEqual(['GET /v1/whoami']);
});
