import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { StartedRun } from '../../client/index.ts';
import { eventually } from '../fixtures/eventually.ts';
import { probe } from '../fixtures/probe/job.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { type Received, type Receiver, startReceiver } from '../fixtures/receiver.ts';

// Long enough that a step which is not held would have reached the receiver.
const HELD_MS = 1_000;

let receiver: Receiver;
let engine: ProbeEngine;
let by: { readonly actor: string; readonly tenant: ProbeEngine['tenant'] };

beforeAll(async () => {
  receiver = await startReceiver();
  engine = await startProbe({ systems: { receiver: { address: receiver.address } } });
  by = { actor: 'test', tenant: engine.tenant };
});

afterAll(async () => {
  await engine.close();
  await receiver.close();
});

test('a paused run ends its call, starts no further step, and still answers until it is resumed [workflow.pause]', async () => {
  const { client, tenant } = engine;
  const { run, arrived } = await startSequence(3);
  await eventually(() => arrived()[0]);
  expect(await client.pause(run.runId, by)).toBe('paused');
  await delay(HELD_MS);
  expect(arrived()).toHaveLength(1);
  const seen = await client.view(run.runId, { tenant });
  expect(seen).toMatchObject({
    status: 'paused',
    live: true,
    ageMs: 0,
    step: 'stampRepeated',
    lastOutcome: 'committed',
  });
  const listed = await client.list({ tenant, status: 'paused' });
  expect(listed.map(({ runId }) => runId)).toEqual([run.runId]);
  expect(await client.resume(run.runId, by)).toBe('running');
  const ended = await client.wait(run.runId, { tenant, timeoutMs: 20_000 });
  expect(ended.status).toBe('completed');
  expect(arrived()).toHaveLength(3);
});

test('a second pause and a second resume change nothing [workflow.pause]', async () => {
  const { client, tenant } = engine;
  const { run, arrived } = await startSequence(2);
  await eventually(() => arrived()[0]);
  const answers = [];
  for (const steer of ['pause', 'pause', 'resume', 'resume'] as const) answers.push(await client[steer](run.runId, by));
  expect(answers).toEqual(['paused', 'paused', 'running', 'running']);
  expect((await client.wait(run.runId, { tenant, timeoutMs: 20_000 })).status).toBe('completed');
  expect(arrived()).toHaveLength(2);
});

test('a run that is paused while it waits for a signal takes the signal and goes on only when resumed [workflow.pause] [workflow.signal]', async () => {
  const { client, tenant } = engine;
  const before = receiver.received.length;
  const { runId } = await client.start(
    probe,
    { run: randomUUID(), scenario: 'signal', identity: '', count: 1 },
    { tenant },
  );
  await eventually(async () => ((await client.view(runId, { tenant })).status === 'waiting' ? true : undefined));
  expect(await client.pause(runId, by)).toBe('paused');
  const waiting = await client.view(runId, { tenant });
  expect(waiting).toMatchObject({ status: 'paused', waitingFor: { kind: 'signal', name: 'release' } });
  await client.signal(runId, { ...by, name: 'release', payload: 'rain' });
  await delay(HELD_MS);
  expect(receiver.received.length - before).toBe(0);
  const held = await client.view(runId, { tenant });
  expect(held).toMatchObject({ status: 'paused', lastOutcome: 'signal release' });
  expect(held).not.toHaveProperty('waitingFor');
  await client.resume(runId, by);
  expect((await client.wait(runId, { tenant, timeoutMs: 20_000 })).status).toBe('completed');
  expect(receiver.received.slice(before).map(({ path }) => path)).toEqual(['/look?topic=rain']);
});

test('a pause outlives the worker that took it [workflow.pause] [worker.resumes]', async () => {
  const { client, tenant, workers } = engine;
  const { run, arrived } = await startSequence(2);
  await eventually(() => arrived()[0]);
  await client.pause(run.runId, by);
  await eventually(async () => ((await client.list({ tenant, status: 'paused' })).length === 1 ? true : undefined));
  await Promise.all(workers.map((worker) => worker.kill()));
  await engine.startWorker(0);
  const seen = await eventually(async () => {
    const view = await client.view(run.runId, { tenant });
    return view.live ? view : undefined;
  });
  expect(seen.status).toBe('paused');
  await delay(HELD_MS);
  expect(keysOf(arrived())).toHaveLength(1);
  await client.resume(run.runId, by);
  expect((await client.wait(run.runId, { tenant, timeoutMs: 20_000 })).status).toBe('completed');
  expect(keysOf(arrived())).toHaveLength(2);
});

// The call that the killed worker had under way is repeated under its own key.
function keysOf(received: readonly Received[]): readonly unknown[] {
  return [...new Set(received.map(({ key }) => key))];
}

async function startSequence(count: number): Promise<{ run: StartedRun; arrived: () => readonly Received[] }> {
  receiver.behave(() => ({ status: 200, body: { id: 'ok', text: 'found' }, delayMs: 400 }));
  const before = receiver.received.length;
  const input = { run: randomUUID(), scenario: 'sequence', identity: '', count } as const;
  const run = await engine.client.start(probe, input, { tenant: engine.tenant });
  return { run, arrived: () => receiver.received.slice(before) };
}
