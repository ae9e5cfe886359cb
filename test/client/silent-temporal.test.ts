import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient, type HoldfastClient } from '../../client/index.ts';
import { probe } from '../fixtures/probe/job.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { type StallingRelay, startStallingRelay } from '../fixtures/stalling-relay.ts';
import { sharedStack } from '../stack-addresses.ts';

let engine: ProbeEngine;
let network: StallingRelay;
let client: HoldfastClient;

beforeAll(async () => {
  const { temporal, database } = sharedStack();
  engine = await startProbe({ processes: 0 });
  network = await startStallingRelay(temporal.address);
  client = await createClient({
    temporal: { ...temporal, address: network.address },
    databaseUrl: database.clientUrl,
    registry: engine.registry,
    taskQueue: engine.taskQueue,
  });
});

afterAll(async () => {
  network?.resume();
  await client?.close();
  await engine?.close();
  await network?.close();
});

test('a Temporal that takes connections and says nothing holds up no start, signal or cancel for ever [client.start-once]', async () => {
  const { tenant } = engine;
  const input = { run: randomUUID(), scenario: 'signal', identity: '', count: 1 } as const;
  const { runId } = await client.start(probe, { ...input, run: randomUUID() }, { tenant });
  network.stall();
  const refused = { code: 'stack-failed', message: expect.stringContaining('Temporal did not take') };
  await Promise.all([
    expect(client.start(probe, input, { tenant })).rejects.toMatchObject(refused),
    expect(client.signal(runId, { name: 'go', actor: 'test', id: 's-1', tenant })).rejects.toMatchObject(refused),
    expect(client.cancel(runId, { actor: 'test', tenant })).rejects.toMatchObject(refused),
  ]);
  network.resume();
  // What was stored is delivered by asking again, and the start is ended by the next.
  expect(await client.start(probe, input, { tenant })).toMatchObject({ existing: true });
  await client.signal(runId, { name: 'go', actor: 'test', id: 's-1', tenant });
}, 30_000);
