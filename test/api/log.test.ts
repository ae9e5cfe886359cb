import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { parseTenant } from '../../client/index.ts';
import { type ApiProcess, startApiProcess } from './api-process.ts';
import { apiSettings, type ApiUnderTest, ask, startApiUnderTest } from './fixture.ts';

const tenant = parseTenant(`test-${randomBytes(5).toString('hex')}`);
let api: ApiUnderTest;
let logging: ApiProcess;

beforeAll(async () => {
  api = await startApiUnderTest({ tenant });
  logging = await startApiProcess(apiSettings([tenant], { taskQueue: 'no-worker', verbose: true }));
});

afterAll(async () => {
  await logging?.stop();
  await api?.close();
});

test('the log tells of each request its id, who asked, the route and the status, and no secret [api.logged]', async () => {
  const token = await api.token('ada');
  const headers = { 'x-request-id': 'trace-1' };
  await ask(logging.address, 'GET /v1/runs/probe.AAAAAAAAAAAAAAAAAAAAAA', { token, headers });
  await ask(logging.address, 'GET /v1/runs', { token: 'hf1.guess', headers: { 'x-request-id': 'trace-2' } });
  const lines = await logging.logged(({ reqId }) => reqId === 'trace-2');
  expect(lines.filter(({ reqId }) => reqId === 'trace-1')).toEqual([
    expect.objectContaining({
      method: 'GET',
      route: '/v1/runs/:runId',
      status: 404,
      actor: `${tenant}/ada`,
      msg: 'answered',
      ms: expect.any(Number),
    }),
  ]);
  expect(lines.filter(({ reqId }) => reqId === 'trace-2')).toEqual([expect.objectContaining({ status: 401 })]);
  expect(JSON.stringify(lines)).not.toContain(token.split('.').at(-1));
  expect(JSON.stringify(lines)).not.toContain('hf1.guess');
});
