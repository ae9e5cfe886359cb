import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { provisionGate } from '../../gate/schema/provision.ts';
import { eventually } from '../fixtures/eventually.ts';
import { type OwnPostgres, ownPostgres } from '../gate/own-postgres.ts';
import { type ApiUnderTest, ask, startApiUnderTest } from './fixture.ts';

let postgres: OwnPostgres;
let api: ApiUnderTest;
let ada: string;

beforeAll(async () => {
  postgres = await ownPostgres();
  const { clientUrl: databaseUrl, ownerUrl } = await provisionGate({
    adminUrl: postgres.adminUrl,
    database: 'gate',
    passwords: { owner: 'o', gate: 'g', client: 'c' },
  });
  api = await startApiUnderTest({ databaseUrl, ownerUrl });
  ada = await api.token('ada');
});

afterAll(async () => {
  await api?.close();
  await postgres?.remove();
});

test('an outage of the database is said, shows no address, and is over when it is over [api.problems] [api.ready]', async () => {
  expect(await ask(api.address, 'GET /readyz')).toMatchObject({ status: 200 });
  await postgres.stop('crash');
  for (const line of ['GET /v1/runs', 'GET /v1/whoami', 'GET /v1/runs/probe.AAAAAAAAAAAAAAAAAAAAAA']) {
    const { status, body } = await ask(api.address, line, { token: ada });
    expect([line, status, body.code]).toEqual([line, 503, 'unavailable']);
    expect(body.detail).not.toMatch(/127\.0\.0\.1|:\d{4}|\.s\.PGSQL/);
  }
  const notReady = await ask(api.address, 'GET /readyz');
  expect(notReady).toMatchObject({ status: 503, body: { ready: false, reasons: ['The database does not answer.'] } });
  expect(await ask(api.address, 'GET /healthz')).toMatchObject({ status: 200 });
  await postgres.start();
  await eventually(async () => ((await ask(api.address, 'GET /readyz')).status === 200 ? true : undefined));
  expect(await ask(api.address, 'GET /v1/whoami', { token: ada })).toMatchObject({ status: 200 });
});
