import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../fixtures/eventually.ts';
import { probe } from '../fixtures/probe/job.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';

let receiver: Receiver;
let engine: ProbeEngine;

beforeAll(async () => {
  receiver = await startReceiver();
  engine = await startProbe({ processes: 2, started: false, systems: { receiver: { address: receiver.address } } });
  await engine.startWorker(0);
});

afterAll(async () => {
  await engine.close();
  await receiver.close();
});

test('a worker that is asked to end finishes the calls that end soon, hands the others over, and exits with 0 [worker.drains]', async () => {
  const { client, tenant, workers } = engine;
  receiver.behave(({ path }) => {
    if (path === '/native') return { status: 200, body: { id: 'slow' }, delayMs: 2_000 };
    return arrivals('/look') === 1 ? 'hang' : { status: 200, body: { text: 'found' } };
  });
  const starts = (['native', 'pauseable'] as const).map((scenario) =>
    client.start(probe, { run: randomUUID(), scenario, identity: '', count: 1 }, { tenant }),
  );
  const runs = await Promise.all(starts);
  await eventually(() => (arrivals('/native') === 1 && arrivals('/look') === 1 ? true : undefined));
  const [stopped] = await Promise.all([workers[0]?.stop().then(() => workers[0]?.ended), engine.startWorker(1)]);
  const ended = await Promise.all(runs.map(({ runId }) => client.wait(runId, { tenant, timeoutMs: 20_000 })));
  expect(stopped).toBe(0);
  expect(ended.map(({ status }) => status)).toEqual(['completed', 'completed']);
  expect([arrivals('/native'), arrivals('/look')]).toEqual([1, 2]);
  expect(receiver.received.filter(({ abortedAt }) => abortedAt !== undefined).map(({ path }) => path)).toEqual([
    '/look?topic=default',
  ]);
});

function arrivals(path: string): number {
  return receiver.received.filter((request) => request.path.startsWith(path)).length;
}
