import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { provisionGate } from '../../gate/schema/provision.ts';
import { askHealth, readiness } from '../fixtures/ask-health.ts';
import { eventually } from '../fixtures/eventually.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import type { WorkerProcess } from '../fixtures/worker-process.ts';
import { type OwnPostgres, ownPostgres } from '../gate/own-postgres.ts';
import { sharedStack } from '../stack-addresses.ts';

const SECONDS_60 = 60_000;

let postgres: OwnPostgres;
let engine: ProbeEngine;
let workflows: WorkerProcess;
let calls: WorkerProcess;

beforeAll(async () => {
  postgres = await ownPostgres();
  const passwords = { owner: 'o', gate: 'g', client: 'c' };
  const database = await provisionGate({ adminUrl: postgres.adminUrl, database: 'gate', passwords });
  engine = await startProbe({ addresses: { ...sharedStack(), database }, layout: 'apart', started: false });
  [workflows, calls] = await Promise.all([engine.startWorker(0), engine.startWorker(1)]);
}, SECONDS_60);

afterAll(async () => {
  postgres.thaw();
  await engine.close();
  await postgres.remove();
}, SECONDS_60);

test('a worker of either role says that it lives and is ready, who it is, and since when [worker.health]', async () => {
  const since = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  const { taskQueue } = engine;
  const both = [
    [workflows, { role: 'workflows', name: 'w1', taskQueue, since }],
    [calls, { role: 'calls', name: 'c1', taskQueue: `${taskQueue}-calls`, since }],
  ] as const;
  for (const [worker, identity] of both) {
    await expect(askHealth(worker, '/healthz')).resolves.toEqual({ status: 200, body: { live: true, ...identity } });
    await expect(askHealth(worker, '/readyz')).resolves.toEqual({
      status: 200,
      body: { ready: true, ...identity, reasons: [] },
    });
  }
});

test('nothing else is answered, and nothing but GET [worker.health]', async () => {
  const found = await Promise.all([
    askHealth(calls, '/'),
    askHealth(calls, '/healthz/..'),
    askHealth(calls, '/readyz', 'POST'),
  ]);
  expect(found.map(({ status }) => status)).toEqual([404, 404, 405]);
});

test('while the database stands still a call worker lives but is not ready, and says why; it is again afterwards [worker.health]', async () => {
  await postgres.freeze();
  const lost = await readiness(calls, 503);
  expect(lost.body).toMatchObject({ ready: false, reasons: ['It has no lease on calls, so that it sends nothing.'] });
  const silent = await eventually(async () => {
    const { body } = await askHealth(calls, '/readyz');
    return body.reasons?.[1];
  });
  expect(silent).toMatch(/^The database has not answered for \d+ s\.$/);
  const [living, other] = await Promise.all([askHealth(calls, '/healthz'), askHealth(workflows, '/readyz')]);
  expect([living.status, other.status]).toEqual([200, 200]);
  postgres.thaw();
  await expect(readiness(calls, 200)).resolves.toMatchObject({ body: { ready: true, reasons: [] } });
});

test('when the database is killed a call worker is not ready, and is again when it is back [worker.health]', async () => {
  await postgres.stop('crash');
  const gone = await readiness(calls, 503);
  await postgres.start();
  const back = await readiness(calls, 200);
  expect([gone.body.reasons?.[0], back.body.reasons]).toEqual([
    'It has no lease on calls, so that it sends nothing.',
    [],
  ]);
});

test('no answer shows an address or a credential [worker.health]', async () => {
  await postgres.stop('crash');
  const { body } = await readiness(calls, 503);
  const said = JSON.stringify([body, await askHealth(calls, '/healthz'), await askHealth(calls, '/nothing')]);
  await postgres.start();
  await readiness(calls, 200);
  expect(said).not.toMatch(/postgres:|127\.0\.0\.1|holdfast_gate|password/);
});
