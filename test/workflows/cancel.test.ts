import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { StartedRun } from '../../client/index.ts';
import { type ClientStore, openClientStore } from '../../gate/client-store.ts';
import { eventually } from '../fixtures/eventually.ts';
import { probe } from '../fixtures/probe/job.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { type ScriptedModel, startScriptedModel } from '../fixtures/scripted-model.ts';
import { sharedStack } from '../stack-addresses.ts';

let receiver: Receiver;
let model: ScriptedModel;
let engine: ProbeEngine;
let store: ClientStore;
let connection: Connection;

beforeAll(async () => {
  const { temporal, database } = sharedStack();
  [receiver, model] = await Promise.all([startReceiver(), startScriptedModel()]);
  engine = await startProbe({ systems: { receiver: { address: receiver.address } }, model: model.address });
  store = await openClientStore({ databaseUrl: database.clientUrl });
  connection = await Connection.connect({ address: temporal.address });
});

afterAll(async () => {
  await engine.close();
  await Promise.all([store.close(), connection.close(), receiver.close(), model.close()]);
});

test('cancelling closes a hanging model call on the wire within a second and ends the run [workflow.cancel]', async () => {
  model.script(() => 'hang');
  const { runId } = await start('agent');
  await eventually(() => model.requests[0]);
  const askedAt = Date.now();
  await cancel(runId);
  const abortedAt = await eventually(() => model.requests[0]?.abortedAt);
  expect(abortedAt - askedAt).toBeLessThan(1_000);
  const ended = await engine.client.wait(runId, { tenant: engine.tenant, timeoutMs: 10_000 });
  expect(ended).toMatchObject({ status: 'cancelled', end: { code: 'cancelled', sentence: 'The run was cancelled.' } });
  expect(ended.closedAt).toBeInstanceOf(Date);
  expect(await temporalStatus(runId)).toBe('CANCELLED');
});

test('a write under way is settled before its cancelled run ends [workflow.cancel] [gate.cancel]', async () => {
  receiver.behave(() => ({ status: 200, body: { id: 'late' }, delayMs: 1_500 }));
  const before = receiver.received.length;
  const { runId } = await start('sequence');
  const sent = await eventually(() => receiver.received[before]);
  await cancel(runId);
  const ended = await engine.client.wait(runId, { tenant: engine.tenant, timeoutMs: 10_000 });
  expect(ended.status).toBe('cancelled');
  const call = (await store.runs.ledger(engine.tenant, runId)).find(({ stepPath }) => stepPath === 'stampRepeated');
  expect(call).toMatchObject({ state: 'committed' });
  expect(Number(call?.settledAt)).toBeLessThanOrEqual(Number(ended.closedAt));
  expect(sent.abortedAt).toBeUndefined();
  expect(receiver.received).toHaveLength(before + 1);
});

test('a run that is cancelled during its last write completes when that is answered', async () => {
  receiver.behave(() => ({ status: 200, body: { id: 'late' }, delayMs: 700 }));
  const before = receiver.received.length;
  const { runId } = await start('native');
  await eventually(() => receiver.received[before]);
  await cancel(runId);
  const ended = await engine.client.wait(runId, { tenant: engine.tenant, timeoutMs: 10_000 });
  expect(ended.status).toBe('completed');
  expect(await engine.client.result(runId, { tenant: engine.tenant })).toEqual({ id: 'late' });
});

test('a write that gives no answer in time after the cancellation is unknown, and its run says that a person must look [workflow.cancel] [gate.cancel]', async () => {
  receiver.behave(() => 'hang');
  const before = receiver.received.length;
  const { runId } = await start('blind');
  await eventually(() => receiver.received[before]);
  const askedAt = Date.now();
  await cancel(runId);
  const ended = await engine.client.wait(runId, { tenant: engine.tenant, timeoutMs: 15_000 });
  expect(Number(ended.closedAt) - askedAt).toBeGreaterThan(4_500);
  const sentence = expect.stringMatching(/^The run was cancelled while .* a person must look there\.$/);
  expect(ended).toMatchObject({ status: 'failed', end: { code: 'unknown', sentence } });
  const call = (await store.runs.ledger(engine.tenant, runId)).find(({ stepPath }) => stepPath === 'stampBlind');
  expect(call).toMatchObject({ state: 'unknown', sentence });
});

test.each(['waits for a signal', 'is paused'])(
  'a run that %s can be cancelled and takes no further step [workflow.cancel]',
  async (state) => {
    const { client, tenant } = engine;
    const before = receiver.received.length;
    const { runId } = await start('signal');
    await eventually(async () => ((await client.view(runId, { tenant })).status === 'waiting' ? true : undefined));
    await (state === 'is paused' ? client.pause(runId, { actor: 'test', tenant }) : undefined);
    await cancel(runId);
    expect((await client.wait(runId, { tenant, timeoutMs: 10_000 })).status).toBe('cancelled');
    expect(receiver.received.length - before).toBe(0);
  },
);

test('a run that waits for an endpoint can be cancelled [workflow.cancel]', async () => {
  const { client, tenant } = engine;
  model.script(() => ({ status: 503, text: 'down' }));
  const { runId } = await start('agent');
  await eventually(async () => ((await client.view(runId, { tenant })).status === 'waiting' ? true : undefined));
  await cancel(runId);
  expect((await client.wait(runId, { tenant, timeoutMs: 10_000 })).status).toBe('cancelled');
});

function start(scenario: 'agent' | 'native' | 'sequence' | 'blind' | 'signal'): Promise<StartedRun> {
  const { client, tenant } = engine;
  return client.start(probe, { run: randomUUID(), scenario, identity: '', count: 2 }, { tenant });
}

function cancel(runId: string): Promise<void> {
  return engine.client.cancel(runId, { actor: 'test', tenant: engine.tenant });
}

async function temporalStatus(runId: string): Promise<string> {
  const handle = new Client({ connection }).workflow.getHandle(runId);
  // The projection is closed by the last call; Temporal closes the run a moment later.
  await handle.result().catch(() => undefined);
  return (await handle.describe()).status.name;
}
