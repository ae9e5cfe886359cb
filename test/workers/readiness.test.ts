import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type WorkerPlan, workerSpecs } from '../../main/worker-specs.ts';
import { WORKER_SETTINGS } from '../../workers/settings.ts';
import { askHealth, readiness } from '../fixtures/ask-health.ts';
import { eventually } from '../fixtures/eventually.ts';
import { probe } from '../fixtures/probe/job.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { type StallingRelay, startStallingRelay } from '../fixtures/stalling-relay.ts';
import { startWorkerProcess } from '../fixtures/worker-process.ts';
import { sharedStack } from '../stack-addresses.ts';

let receiver: Receiver;
let network: StallingRelay;
let engine: ProbeEngine;

beforeAll(async () => {
  receiver = await startReceiver();
  const { temporal, database } = sharedStack();
  network = await startStallingRelay(temporal.address);
  engine = await startProbe({
    addresses: { temporal: { ...temporal, address: network.address }, database },
    systems: { receiver: { address: receiver.address } },
    started: false,
  });
});

afterAll(async () => {
  network.resume();
  await engine.close();
  await network.close();
  await receiver.close();
});

test('while Temporal does not answer a worker lives but is not ready, and is again afterwards [worker.health]', async () => {
  const worker = await engine.startWorker(0);
  await readiness(worker, 200);
  network.stall();
  await expect(readiness(worker, 503)).resolves.toMatchObject({
    body: { ready: false, reasons: ['Temporal does not answer within 1000 ms.'] },
  });
  await expect(askHealth(worker, '/healthz')).resolves.toMatchObject({ status: 200 });
  network.resume();
  await readiness(worker, 200);
  await worker.stop();
});

test('a worker that drains lives but is not ready, until it is gone [worker.health]', async () => {
  const worker = await engine.startWorker(0);
  receiver.behave(() => ({ status: 200, body: { id: 'slow' }, delayMs: 3_000 }));
  const { client, tenant } = engine;
  await client.start(probe, { run: randomUUID(), scenario: 'native' }, { tenant });
  await eventually(() => receiver.received[0]);
  const gone = worker.stop();
  await expect(readiness(worker, 503)).resolves.toMatchObject({
    body: { ready: false, reasons: [expect.stringMatching(/^It takes no more work: it is (stopping|draining)\.$/)] },
  });
  await gone;
  await expect(askHealth(worker, '/healthz')).rejects.toThrow('fetch failed');
});

test('a worker whose health port is taken ends with the sentence that says what to change [worker.health]', async () => {
  const [spec] = engine.specs;
  const port = Number(new URL(receiver.address).port);
  const settings: unknown = JSON.parse(spec?.env[WORKER_SETTINGS] ?? '{}');
  const env = { ...spec?.env, [WORKER_SETTINGS]: JSON.stringify({ ...(settings as object), healthPort: port }) };
  await expect(startWorkerProcess({ ...(spec as (typeof engine.specs)[number]), env })).rejects.toThrow(
    /ended with 3 .*EADDRINUSE.*change `workers\.healthPort` in temporal\.yaml/,
  );
});

test('health ports follow on each other from the configured one, and are free ones without it [worker.health]', () => {
  const plan: WorkerPlan = {
    layout: 'apart',
    processes: 2,
    taskQueue: 'q',
    bundle: 'b.js',
    jobs: ['/jobs/one'],
    systems: {},
    endpoints: [],
    env: {},
    verbose: false,
  };
  const ports = (healthPort?: number): readonly unknown[] =>
    workerSpecs({ ...plan, ...(healthPort === undefined ? {} : { healthPort }) }, sharedStack()).map(
      ({ env }) => (JSON.parse(env[WORKER_SETTINGS] ?? '{}') as { healthPort?: number }).healthPort,
    );
  expect(ports(9_300)).toEqual([9_300, 9_301, 9_302, 9_303]);
  expect(ports()).toEqual([0, 0, 0, 0]);
});
