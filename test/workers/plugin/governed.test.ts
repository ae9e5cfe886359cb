import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowHandleWithFirstExecutionRunId, WorkflowOptions } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { BlobRef } from '../../../domain/ids.ts';
import { HoldfastClientPlugin } from '../../../client/index.ts';
import { HoldfastPlugin } from '../../../workers/index.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { tools } from '../../fixtures/plain/more/tools.ts';
import { goOn } from '../../fixtures/plain/more/workflows.ts';
import '../../fixtures/quiet-runtime.ts';
import { sharedStack } from '../../stack-addresses.ts';
import { failureOf, openPlain, pathOf, type PlainTemporal } from './plain-temporal.ts';

const WORKFLOWS = pathOf('more/workflows.ts');
const OK = { status: 200, body: { id: 'ok', text: 'found' } };

let plain: PlainTemporal;
let connection: NativeConnection;
let worker: Worker;
let running: Promise<void>;

beforeAll(async () => {
  plain = await openPlain([new HoldfastClientPlugin({ actor: 'clerk' })]);
  connection = await NativeConnection.connect({ address: sharedStack().temporal.address });
  worker = await workerWith({ workflowsPath: WORKFLOWS, plugins: [plugin()] });
  running = worker.run();
});

afterAll(async () => {
  worker.shutdown();
  await running;
  await connection.close();
  await plain.close();
});

test('a second workflow that asks for the same identity fails with `conflict` and learns which run has it [plugin.codes]', async () => {
  const { receiver, store, tenant } = plain;
  receiver.behave(() => OK);
  const [order, sends] = [randomUUID(), receiver.received.length];
  await (await start('bookOne', [order])).result();
  const [holder] = await store.runs.list({ tenant, job: 'plain-book-one' });
  const failure = await failureOf((await start('bookOne', [order])).result());
  const message = expect.stringContaining(holder?.runId ?? 'no run');
  expect(failure).toMatchObject({ name: 'ApplicationFailure', type: 'conflict', nonRetryable: true, message });
  const tried = await start('tryBooking', [order]);
  await expect(tried.result()).resolves.toMatchObject({
    kind: 'conflict',
    holder: { runId: holder?.runId, stepPath: 'postBooking' },
  });
  expect(receiver.received.length - sends).toBe(1);
});

test('what the receiver refuses, what may have happened and what does not fit fail by their codes [plugin.codes]', async () => {
  plain.receiver.behave(() => ({ status: 422, body: { error: 'no' } }));
  const refused = await failureOf((await start('bookOne', [randomUUID()])).result());
  expect(refused).toMatchObject({ type: 'refused-by-receiver', message: expect.stringContaining('422') });
  await expect((await start('tryBooking', [randomUUID()])).result()).resolves.toMatchObject({
    kind: 'rejected',
    status: 422,
  });
  plain.receiver.behave(() => ({ status: 500 }));
  const doubtful = await failureOf((await start('stampOne', [])).result());
  expect(doubtful).toMatchObject({ type: 'unknown', message: expect.stringContaining('a person must look') });
  const sends = plain.receiver.received.length;
  const misfit = await failureOf((await start('lookUp', [7])).result());
  expect(misfit).toMatchObject({ type: 'invalid-input', message: expect.stringContaining('order: expected string') });
  expect(plain.receiver.received.length).toBe(sends);
});

test('what a workflow has too little time for is not sent, and too large an answer is kept for a person [plugin.codes]', async () => {
  const { receiver } = plain;
  const sends = receiver.received.length;
  const hasty = await failureOf((await start('bookHastily', [randomUUID()])).result());
  expect(hasty).toMatchObject({ type: 'invalid-config', message: expect.stringContaining('`timeout` in governed(') });
  expect(receiver.received.length).toBe(sends);
  receiver.behave(() => ({ status: 200, body: { id: 'x'.repeat(300_000) } }));
  const large = await failureOf((await start('bookOne', [randomUUID()])).result());
  expect(large).toMatchObject({ type: 'unknown', message: expect.stringContaining('larger than the 262144') });
});

test('each execution of a chain of Continue-As-New performs its own calls, each once [plugin.executions]', async () => {
  const { receiver, store, tenant } = plain;
  receiver.behave(() => OK);
  const effects = receiver.effects.length;
  const handle = await start('noteSeries', [3]);
  await expect(handle.result()).resolves.toBe('ok');
  expect(receiver.effects.length - effects).toBe(3);
  const rows = await store.runs.list({ tenant, job: 'plain-note-series' });
  const places = await Promise.all(rows.map(({ inputRef }) => placeIn(inputRef)));
  expect(new Set(places.map(({ link }) => link))).toEqual(new Set([1, 2, 3]));
  expect(new Set(rows.map(({ actor }) => actor))).toEqual(new Set(['clerk']));
  expect(new Set(places.map(({ first }) => first))).toEqual(new Set([handle.firstExecutionRunId]));
});

test('a Workflow Id that is used again performs its calls again [plugin.executions]', async () => {
  plain.receiver.behave(() => OK);
  const effects = plain.receiver.effects.length;
  const workflowId = randomUUID();
  await (await start('noteSeries', [1], { workflowId })).result();
  await (await start('noteSeries', [1], { workflowId })).result();
  expect(plain.receiver.effects.length - effects).toBe(2);
});

test('an execution that Temporal retries gets what its first attempt had done [plugin.performed-once]', async () => {
  plain.receiver.behave(() => OK);
  const sends = plain.receiver.received.length;
  const retry = { maximumAttempts: 2, initialInterval: '100ms' } as const;
  await expect((await start('noteAndFailOnce', [], { retry })).result()).resolves.toBe(2);
  expect(plain.receiver.received.length - sends).toBe(1);
});

test('an execution that is reset gets what was done before [plugin.performed-once]', async () => {
  const { client, receiver } = plain;
  receiver.behave(() => OK);
  const sends = receiver.received.length;
  const handle = await start('noteAndWait', []);
  await eventually(() => (receiver.received.length > sends ? true : undefined));
  const { events } = await handle.fetchHistory();
  const firstTask = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  await client.workflowService.resetWorkflowExecution({
    namespace: sharedStack().temporal.namespace,
    workflowExecution: { workflowId: handle.workflowId, runId: handle.firstExecutionRunId },
    reason: 'test',
    workflowTaskFinishEventId: firstTask?.eventId ?? null,
    requestId: randomUUID(),
  });
  const again = client.workflow.getHandle(handle.workflowId);
  await again.signal(goOn);
  await expect(again.result()).resolves.toBe('ok');
  expect((await again.describe()).runId).not.toBe(handle.firstExecutionRunId);
  expect(receiver.received.length - sends).toBe(1);
});

test('calls side by side are told apart by their names [plugin.executions]', async () => {
  plain.receiver.behave(() => OK);
  const effects = plain.receiver.effects.length;
  const handle = await start('noteInParallel', [['one', 'two', 'three']]);
  await expect(handle.result()).resolves.toBe(3);
  expect(plain.receiver.effects.length - effects).toBe(3);
  const { events = [] } = await handle.fetchHistory();
  const ids = (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes?.activityId ?? []);
  expect(ids.toSorted()).toEqual(['enterNote:one', 'enterNote:three', 'enterNote:two']);
});

test('cancelling a plain workflow closes the request of a governed read that is under way [plugin.codes]', async () => {
  const { receiver } = plain;
  receiver.behave(() => 'hang');
  const sends = receiver.received.length;
  const handle = await start('lookUp', ['hangs']);
  const request = await eventually(() => receiver.received[sends]);
  await handle.cancel();
  expect(await failureOf(handle.result())).toMatchObject({ name: 'CancelledFailure' });
  expect(await eventually(() => request.abortedAt)).toBeGreaterThan(0);
});

test('a workflow whose system is down waits, and goes on when it is up [plugin.performed-once]', async () => {
  const { receiver } = plain;
  const sends = receiver.received.length;
  receiver.behave((_, count) => (count - sends <= 3 ? { status: 503 } : OK));
  const handle = await start('lookUp', ['waits']);
  await expect(handle.result()).resolves.toBe('found');
  const { events = [] } = await handle.fetchHistory();
  expect((events ?? []).filter((event) => event.timerFiredEventAttributes)).toHaveLength(1);
});

test('whoever starts a workflow by a signal is named too [plugin.listed]', async () => {
  const { client, receiver, store, tenant, taskQueue } = plain;
  receiver.behave(() => OK);
  const options = { workflowId: randomUUID(), taskQueue, args: [] };
  const handle = await client.workflow.signalWithStart('noteAndWait', { ...options, signal: goOn, signalArgs: [] });
  await handle.result();
  const rows = await store.runs.list({ tenant, job: 'plain-note-and-wait' });
  const places = await Promise.all(rows.map(async (row) => ({ row, place: await placeIn(row.inputRef) })));
  const row = places.find(({ place }) => place.workflowId === handle.workflowId)?.row;
  expect(row).toMatchObject({ actor: 'clerk', step: 'enterNote' });
});

test('a worker without the plugin runs the workflows while another one makes their calls [plugin.executions]', async () => {
  plain.receiver.behave(() => OK);
  const logger = new DefaultLogger('ERROR');
  const workflowBundle = await bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger, plugins: [plugin()] });
  const order = randomUUID();
  const handle = await runOnce({ workflowBundle, taskQueue: 'apart' }, 'bookElsewhere', [order, plain.taskQueue]);
  await expect(handle.result()).resolves.toBe('ok');
  expect(plain.receiver.received.at(-1)?.body).toEqual({ order, text: 'elsewhere' });
});

test('two workers of one plugin share its gate until the last has ended [plugin.performed-once]', async () => {
  plain.receiver.behave(() => OK);
  const shared = [plugin()];
  const longer = await workerWith({
    workflowsPath: WORKFLOWS,
    plugins: shared,
    taskQueue: `${plain.taskQueue}-longer`,
  });
  await longer.runUntil(async () => {
    const first = await runOnce({ workflowsPath: WORKFLOWS, plugins: shared, taskQueue: 'shorter' });
    await expect(first.result()).resolves.toBe('ok');
    const second = await start('bookOne', [randomUUID()], { taskQueue: `${plain.taskQueue}-longer` });
    await expect(second.result()).resolves.toBe('ok');
  });
});

test('a bundle that was made without the plugin makes no governed call, and with it works [plugin.refused]', async () => {
  plain.receiver.behave(() => OK);
  const logger = new DefaultLogger('ERROR');
  const without = await bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger, webpackConfigHook: fromSources });
  const withIt = await bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger, plugins: [plugin()] });
  const refused = await runOnce({ workflowBundle: without, plugins: [plugin()], taskQueue: 'without' });
  expect(await failureOf(refused.result())).toMatchObject({
    type: 'invalid-config',
    message: expect.stringContaining('`bundleWorkflowCode`'),
  });
  const booked = await runOnce({ workflowBundle: withIt, plugins: [plugin()], taskQueue: 'with' });
  await expect(booked.result()).resolves.toBe('ok');
});

function plugin(): HoldfastPlugin {
  const systems = { books: { address: plain.receiver.address } };
  return new HoldfastPlugin({ tools, systems, databaseUrl: sharedStack().database.gateUrl, tenant: plain.tenant });
}

function workerWith(options: Partial<WorkerOptions>): Promise<Worker> {
  const { namespace } = sharedStack().temporal;
  return Worker.create({ connection, namespace, taskQueue: plain.taskQueue, ...options });
}

/** Runs one Workflow with a worker on a Task Queue of its own, which has ended when the Workflow is handed back. */
async function runOnce(
  options: Partial<WorkerOptions>,
  type = 'bookOne',
  args: unknown[] = [randomUUID()],
): Promise<Started> {
  const taskQueue = `${plain.taskQueue}-${options.taskQueue}`;
  const other = await workerWith({ ...options, taskQueue });
  const handle = await start(type, args, { taskQueue });
  await other.runUntil(async () => {
    await handle.result().catch(() => undefined);
  });
  return handle;
}

interface Place {
  readonly first: string;
  readonly link: number;
  readonly workflowId: string;
}

type Started = WorkflowHandleWithFirstExecutionRunId;

function start(type: string, args: unknown[], options: Partial<WorkflowOptions> = {}): Promise<Started> {
  const { client, taskQueue } = plain;
  // A Workflow that hangs fails its test, and lets the workers end.
  const bounded = { workflowExecutionTimeout: '40s', ...options } as const;
  return client.workflow.start(type, { workflowId: randomUUID(), taskQueue, args, ...bounded });
}

async function placeIn(ref: BlobRef): Promise<Place> {
  const { bytes } = await plain.store.blobs.get(plain.tenant, ref);
  return JSON.parse(new TextDecoder().decode(bytes)) as Place;
}

function fromSources<Config extends { resolve?: object }>(config: Config): Config {
  return { ...config, resolve: { ...config.resolve, conditionNames: ['holdfast-source', '...'] } };
}
