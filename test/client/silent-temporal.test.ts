import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection, defaultPayloadConverter } from '@temporalio/client';
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

/** The actors of the signals in a run's history. */
async function signalledBy(runId: string): Promise<readonly unknown[]> {
  const { temporal } = sharedStack();
  const connection = await Connection.connect({ address: temporal.address });
  const temporalClient = new Client({ connection, namespace: temporal.namespace });
  const { events } = await temporalClient.workflow.getHandle(runId).fetchHistory();
  await connection.close();
  const payloads = (events ?? []).flatMap(
    ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.input?.payloads ?? [],
  );
  return payloads.map((payload) => defaultPayloadConverter.fromPayload<{ actor: string }>(payload).actor);
}

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
  await client.signal(runId, { name: 'go', actor: 'another', id: 's-1', tenant });
  // Whoever delivers it, the event stays that of who made it.
  expect(new Set(await signalledBy(runId))).toEqual(new Set(['test']));
}, 30_000);
