import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RunningStarter, startStarter } from '../../main/starter.ts';
import { eventually } from '../fixtures/eventually.ts';
import { startProbe, type ProbeEngine } from '../fixtures/probe-engine.ts';
import '../fixtures/quiet-runtime.ts';
import { sharedStack } from '../stack-addresses.ts';
import { type ApiUnderTest, ask, startApiUnderTest } from './fixture.ts';

let probe: ProbeEngine;
let api: ApiUnderTest;
let starter: RunningStarter;
let ada: string;

beforeAll(async () => {
  probe = await startProbe();
  api = await startApiUnderTest({ taskQueue: probe.taskQueue, tenant: probe.tenant });
  const { address, namespace } = sharedStack().temporal;
  const { registry, taskQueue } = probe;
  starter = await startStarter({ temporal: { address, namespace }, store: api.store, registry, taskQueue });
  ada = await api.token('ada');
});

afterAll(async () => {
  await starter?.close();
  await api?.close();
  await probe?.close();
});

const definition = {
  schedule: 'nightly',
  job: 'probe',
  input: { run: 'nightly {scheduledDate}', scenario: 'signal' },
  cron: ['0 6 * * 1-5'],
  timeZone: 'Europe/Berlin',
  overlap: 'buffer-one',
  catchUpSeconds: 7_200,
};

test('a schedule is made, found, triggered, paused, resumed, listed and removed by HTTP [schedules.http]', async () => {
  const made = await as(ada, 'POST /v1/schedules', definition);
  expect(made).toMatchObject({
    status: 201,
    body: { ...definition, paused: false, note: 'created by ada', createdBy: 'ada', recent: [], missed: 0, skipped: 0 },
  });
  expect(await as(ada, 'POST /v1/schedules', definition)).toMatchObject({ status: 200 });
  const other = { ...definition, overlap: 'skip' };
  expect(await as(ada, 'POST /v1/schedules', other)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  const at = '/v1/schedules/nightly';
  expect(await as(ada, `POST ${at}/trigger`, { reason: 'by hand' })).toMatchObject({ status: 202 });
  const shown = await eventually(async () => {
    const { body } = await as(ada, `GET ${at}`);
    return JSON.stringify(body).includes('"runId":"probe.') ? body : undefined;
  });
  expect(shown).toMatchObject({ note: 'triggered by ada: by hand', next: expect.any(Array) });
  const { body: listed } = await as(ada, 'GET /v1/runs');
  expect(listed.runs).toMatchObject([{ job: 'probe', actor: 'schedule:nightly' }]);
  expect(await as(ada, `POST ${at}/pause`, { reason: 'holidays' })).toMatchObject({
    status: 200,
    body: { paused: true, note: 'paused by ada: holidays' },
  });
  expect(await as(ada, `POST ${at}/resume`)).toMatchObject({ status: 200, body: { paused: false } });
  await eventually(async () => {
    const { status, body } = await as(ada, 'GET /v1/schedules?limit=10');
    expect(status).toBe(200);
    return JSON.stringify(body).includes('"schedule":"nightly"') ? true : undefined;
  });
  expect((await as(ada, `DELETE ${at}`)).status).toBe(204);
  expect(await as(ada, `GET ${at}`)).toMatchObject({ status: 404, body: { code: 'unknown-schedule' } });
  const [run] = listed.runs;
  expect(await as(ada, `POST /v1/runs/${run?.runId ?? ''}/cancel`)).toMatchObject({ status: 202 });
});

test('who may only look makes and steers no schedule, and another tenant sees none [schedules.tenant]', async () => {
  const vic = await api.token('vic');
  const hourly = { ...definition, schedule: 'hourly', input: { run: 'hourly {scheduledAt}', scenario: 'signal' } };
  expect(await as(vic, 'POST /v1/schedules', hourly)).toMatchObject({ status: 403 });
  expect(await as(ada, 'POST /v1/schedules', hourly)).toMatchObject({ status: 201 });
  expect(await as(vic, 'GET /v1/schedules/hourly')).toMatchObject({ status: 200 });
  expect(await as(vic, 'POST /v1/schedules/hourly/pause')).toMatchObject({ status: 403 });
  const tenant = `other-${api.tenant}` as typeof api.tenant;
  const stranger = await api.token('ada', { tenant });
  for (const line of ['GET', 'DELETE']) {
    expect(await as(stranger, `${line} /v1/schedules/hourly`)).toMatchObject({ status: 404 });
  }
  expect(await as(stranger, 'GET /v1/schedules')).toMatchObject({ status: 200, body: { schedules: [] } });
  expect((await as(ada, 'DELETE /v1/schedules/hourly')).status).toBe(204);
});

test('a schedule that could not start its runs is refused with what is wrong [schedules.bad-input]', async () => {
  const same = { ...definition, schedule: 'same', input: { run: 'same', scenario: 'signal' } };
  expect(await as(ada, 'POST /v1/schedules', same)).toMatchObject({
    status: 400,
    body: { code: 'invalid-input', detail: expect.stringContaining('put {scheduledAt}') },
  });
  const often = { ...definition, everySeconds: 1 };
  expect(await as(ada, 'POST /v1/schedules', often)).toMatchObject({ status: 400 });
  expect(await as(ada, 'POST /v1/schedules', { ...definition, job: 'nobody' })).toMatchObject({
    status: 404,
    body: { code: 'unknown-job' },
  });
});

function as(token: string, line: string, body?: unknown): ReturnType<typeof ask> {
  return ask(api.address, line, { token, ...(body === undefined ? {} : { body }) });
}
