import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { runIdOf } from '../../../domain/digest.ts';
import type { RunId } from '../../../domain/ids.ts';
import { steerSignal } from '../../../workflows/messages.ts';
import { errandChild } from '../../fixtures/errand-child/job.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { databaseAs } from '../../gate/fixture.ts';
import { type LongRun, type LongUnderTest, startLong } from './long-under-test.ts';

let long: LongUnderTest;

beforeAll(async () => {
  long = await startLong();
});

afterAll(async () => {
  await long.close();
});

beforeEach(() => {
  long.receiver.behave(({ path }) => ({ status: 200, body: { id: 'done', text: path } }));
});

function control(): { actor: string; tenant: LongUnderTest['engine']['tenant'] } {
  return { actor: 'ada', tenant: long.engine.tenant };
}

function childOf({ name }: LongRun): { runId: RunId } {
  return { runId: runIdOf({ tenant: long.engine.tenant, job: 'errand-child', identity: [name] }) };
}

async function parentOf(runId: RunId): Promise<unknown> {
  const database = databaseAs('client', 1);
  const text = 'select parent_run, actor from gate.run where tenant = $1 and run_id = $2';
  const [row] = await database.query({ name: 'test.parent_run', text }, [long.engine.tenant, runId]);
  await database.close();
  return row;
}

/** Waits until a run has been told so often to hold or to go on by the one that started it. */
function steered({ runId }: { runId: RunId }, times: number): Promise<true> {
  return eventually(async () => {
    const { events } = await long.temporal().workflow.getHandle(runId).fetchHistory();
    const told = events?.filter((event) => event.workflowExecutionSignaledEventAttributes?.signalName === 'steer');
    return (told?.length ?? 0) >= times ? true : undefined;
  });
}

test('a child run is a run of its own, whose output the run that started it goes on with [long-run.child]', async () => {
  const run = await long.start('child');
  expect(await long.ended(run)).toMatchObject({ status: 'completed' });
  expect(await long.result(run)).toEqual({ text: '/after' });
  const child = childOf(run);
  expect(await long.ended(child)).toMatchObject({ status: 'completed', job: 'errand-child' });
  expect(await parentOf(child.runId)).toEqual({ parent_run: run.runId, actor: `run:${run.runId}` });
  expect(await parentOf(run.runId)).toMatchObject({ parent_run: null });
});

test('a child run that fails ends its parent with its code, in a sentence that names it; try gives an outcome [long-run.child]', async () => {
  long.receiver.behave(({ path }) => ({ status: path === '/native' ? 422 : 200, body: { text: path } }));
  const [run, tried] = [await long.start('child'), await long.start('child-tried')];
  const { end } = await long.ended(run);
  expect(end?.code).toBe('refused-by-receiver');
  expect(end?.sentence).toContain(`The run ${childOf(run).runId} of "errand-child" ended refused-by-receiver: `);
  expect(await long.ended(tried)).toMatchObject({ status: 'completed' });
  expect(long.receiver.received.at(-1)?.path).toContain(childOf(tried).runId);
});

test('a child run whose identity has ended is not run again [long-run.child]', async () => {
  const run = await long.start('child');
  await long.ended(run);
  const sent = long.receiver.received.length;
  const { client, tenant } = long.engine;
  const again = await client.start(errandChild, { errand: run.name }, { tenant });
  expect(again).toMatchObject({ runId: childOf(run).runId, existing: true, status: 'completed' });
  const other = await long.start('child', 1, run.name);
  expect(await long.ended(other)).toMatchObject({ status: 'completed' });
  expect(await long.result(other)).toEqual({ text: '/after' });
  expect(long.receiver.received).toHaveLength(sent);
});

test('pause, resume and cancel of a run reach the child run that it started [long-run.steered]', async () => {
  long.receiver.behave(({ path }) => ({ status: 200, body: { id: 'done', text: path }, delayMs: 1_000 }));
  const since = long.receiver.received.length;
  const run = await long.start('child');
  await eventually(() => long.receiver.received[since]);
  await long.engine.client.pause(run.runId, control());
  expect(await eventually(async () => ((await long.seen(childOf(run))).status === 'paused' ? true : undefined))).toBe(
    true,
  );
  await delay(1_500);
  expect(long.receiver.received.slice(since).map(({ path }) => path)).toEqual(['/native']);
  long.receiver.behave(() => 'hang');
  await long.engine.client.resume(run.runId, control());
  await eventually(() => long.receiver.received[since + 1]);
  await long.engine.client.cancel(run.runId, control());
  expect(await long.ended(run)).toMatchObject({ status: 'cancelled' });
  expect(await long.ended(childOf(run))).toMatchObject({ status: 'cancelled' });
});

test('a pause of a child run and one of its parent hold it apart: each is lifted where it was set [long-run.steered]', async () => {
  const { client } = long.engine;
  long.receiver.behave(({ path }) => {
    return { status: 200, body: { id: 'done', text: path }, delayMs: path === '/native' ? 2_000 : 0 };
  });
  const since = long.receiver.received.length;
  const run = await long.start('child');
  const child = childOf(run);
  await eventually(() => long.receiver.received[since]);
  expect(await client.pause(child.runId, control())).toBe('paused');
  expect(await client.resume(run.runId, control())).toBe('running');
  await steered(child, 1);
  expect(await long.seen(child)).toMatchObject({ status: 'paused', live: true });
  await client.pause(run.runId, control());
  await steered(child, 2);
  expect(await client.resume(child.runId, control())).toBe('paused');
  await delay(2_500);
  expect(long.receiver.received.slice(since).map(({ path }) => path)).toEqual(['/native']);
  await client.resume(run.runId, control());
  expect(await long.ended(run)).toMatchObject({ status: 'completed' });
  expect(long.receiver.received.slice(since).map(({ path }) => path)).toEqual(['/native', '/after']);
});

test('a pause that reaches a child run after it was lifted does not hold it [long-run.steered]', async () => {
  long.receiver.behave(({ path }) => {
    return { status: 200, body: { id: 'done', text: path }, delayMs: path === '/native' ? 2_000 : 0 };
  });
  const since = long.receiver.received.length;
  const run = await long.start('child');
  await eventually(() => long.receiver.received[since]);
  const child = long.temporal().workflow.getHandle(childOf(run).runId);
  // Sent in one Workflow Task, they may be delivered so.
  const later = Date.now() + 60_000;
  await child.signal(steerSignal, { paused: false, order: later + 1 });
  await child.signal(steerSignal, { paused: true, order: later });
  expect(await long.ended(run)).toMatchObject({ status: 'completed' });
});

test('a child run that somebody else started is waited for, and left alone when its parent is cancelled [long-run.child]', async () => {
  long.receiver.behave(({ path }) => {
    return { status: 200, body: { id: 'done', text: path }, delayMs: path === '/after' ? 5_000 : 0 };
  });
  const { client, tenant } = long.engine;
  const joining = randomUUID();
  const child = await client.start(errandChild, { errand: joining }, { tenant });
  await eventually(() => long.receiver.received.at(-1)?.path === '/after' || undefined);
  const [first, second] = [await long.start('child', 1, joining), await long.start('child', 1, joining)];
  for (const run of [first, second])
    await eventually(async () => ((await long.seen(run)).waitingFor?.name === 'child/errand-child' ? true : undefined));
  await client.cancel(second.runId, control());
  expect(await long.ended(second)).toMatchObject({ status: 'cancelled' });
  expect((await long.seen(child)).status).toBe('running');
  expect(await long.ended(first)).toMatchObject({ status: 'completed' });
  expect((await long.ended(child)).status).toBe('completed');
});
