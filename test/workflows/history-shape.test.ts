import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SeenRun } from '../../client/index.ts';
import { MAX_EVENTS } from '../../workflows/run-state.ts';
import { longHistory } from '../fixtures/long-history.ts';
import { probe } from '../fixtures/probe/job.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { sharedStack } from '../stack-addresses.ts';
import { payloadsOf, type RecordedHistory, stepsOf, summariesOf } from './recorded-history.ts';

// Of a run with that many steps one after the other on bare Temporal: its start, its end, three events of the first
// Workflow Task, and six for each step.
const BARE_EVENTS = (steps: number): number => 5 + 6 * steps;

let receiver: Receiver;
let engine: ProbeEngine;
let connection: Connection;

beforeAll(async () => {
  receiver = await startReceiver();
  engine = await startProbe({ systems: { receiver: { address: receiver.address } } });
  connection = await Connection.connect({ address: sharedStack().temporal.address });
});

afterAll(async () => {
  await engine.close();
  await Promise.all([connection.close(), receiver.close()]);
});

test.each([1, 8])('a run of %i writes has the events of a bare one and six more [cost.events]', async (writes) => {
  const { run, history } = await recorded(writes);
  expect(run.status).toBe('completed');
  expect(history.events).toHaveLength(BARE_EVENTS(writes + 2) + 6);
  expect(stepsOf(history).slice(-2)).toEqual([writes === 1 ? 'stampRepeated' : `stampRepeated#${writes}`, 'close']);
});

test('no payload of a run is above 8 KiB, and no summary above 40 bytes', async () => {
  const { history } = await recorded(3);
  expect(Math.max(...payloadsOf(history).map(({ length }) => length))).toBeLessThanOrEqual(8_192);
  expect(Math.max(...summariesOf(history).map((summary) => Buffer.byteLength(summary)))).toBeLessThanOrEqual(40);
});

test('a made history, by which replays are measured, has the form of a recorded one', async () => {
  const { history } = await recorded(3);
  const made = longHistory(5) as RecordedHistory;
  expect(made.events.map(({ eventType }) => eventType)).toEqual(history.events.map(({ eventType }) => eventType));
  expect(stepsOf(made)).toEqual(stepsOf(history));
});

test('a run that grows longer than can be recovered fast ends with the advice to split it [workflow.ends-by-code]', async () => {
  const { run, history } = await recorded(340);
  expect(run.end?.code).toBe('too-many-steps');
  expect(run.end?.sentence).toMatch(
    /^The run has more than 2000 events before "stampRepeated#\d+"; do the same to many things with `mapStep`, or split its work into several runs\.$/,
  );
  expect(history.events.length).toBeLessThan(MAX_EVENTS + 20);
});

async function recorded(writes: number): Promise<{ run: SeenRun; history: RecordedHistory }> {
  const { client, tenant } = engine;
  const input = { run: randomUUID(), scenario: 'sequence', identity: '', count: writes } as const;
  const { runId } = await client.start(probe, input, { tenant });
  const run = await client.wait(runId, { tenant, timeoutMs: 50_000 });
  const handle = new Client({ connection }).workflow.getHandle(runId);
  // The projection is closed by the last call; Temporal closes the run a moment later.
  await handle.result().catch(() => undefined);
  const history = historyToJSON(await handle.fetchHistory());
  return { run, history: JSON.parse(history) as RecordedHistory };
}
