import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createClient, type HoldfastClient } from '../../../client/index.ts';
import { SWEEP_LIMITS } from '../../../client/sweep/sweep-options.ts';
import type { Sweeps } from '../../../client/sweep/sweeps.ts';
import { silentLogger } from '../../../domain/log.ts';
import type { RunRow } from '../../../gate/client-store.ts';
import { createRegistry } from '../../../jobs/registry.ts';
import { HoldfastPlugin } from '../../../workers/index.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { tools } from '../../fixtures/plain/more/tools.ts';
import '../../fixtures/quiet-runtime.ts';
import { sharedStack } from '../../stack-addresses.ts';
import { openPlain, pathOf, type PlainTemporal } from './plain-temporal.ts';

let plain: PlainTemporal;
let connection: NativeConnection;
let worker: Worker;
let running: Promise<void>;
let client: HoldfastClient;
let sweeps: Sweeps;

beforeAll(async () => {
  plain = await openPlain();
  const { temporal, database } = sharedStack();
  const { receiver, taskQueue, tenant } = plain;
  connection = await NativeConnection.connect({ address: temporal.address });
  const systems = { books: { address: receiver.address } };
  const plugins = [new HoldfastPlugin({ tools, systems, databaseUrl: database.gateUrl, tenant })];
  const { namespace } = temporal;
  worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowsPath: pathOf('more/workflows.ts'),
    plugins,
  });
  running = worker.run();
  client = await createClient({ temporal, databaseUrl: database.clientUrl, registry: createRegistry([]), taskQueue });
  sweeps = client.sweeps({ limits: { ...SWEEP_LIMITS, quietMs: 0 }, logger: silentLogger });
});

afterAll(async () => {
  await client.close();
  worker.shutdown();
  await running;
  await connection.close();
  await plain.close();
});

test('runs of plain workflows end in lists as in Temporal: Continue-As-New is an end, a reset is none [stuck.projection]', async () => {
  const { tenant, store } = plain;
  const [booked, waits, series] = [
    await start('bookOne', [randomUUID()]),
    await start('noteAndWait'),
    await start('noteSeries', [3]),
  ];
  await Promise.all([booked.result(), series.result()]);
  await rowOf('plain-note-and-wait', 'running');
  const { events } = await waits.fetchHistory();
  const firstTask = events?.find((event) => (event.workflowTaskCompletedEventAttributes ?? undefined) !== undefined);
  await plain.client.workflowService.resetWorkflowExecution({
    namespace: sharedStack().temporal.namespace,
    workflowExecution: { workflowId: waits.workflowId, runId: waits.firstExecutionRunId },
    workflowTaskFinishEventId: firstTask?.eventId ?? null,
    requestId: randomUUID(),
    reason: 'a test',
  });
  await sweeps.once({ tenant });
  await rowOf('plain-book-one', 'completed');
  await rowOf('plain-note-and-wait', 'running');
  const links = await store.runs.list({ tenant, job: 'plain-note-series' });
  expect(links.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
  await plain.client.workflow.getHandle(waits.workflowId).terminate('a test');
  await sweeps.once({ tenant });
  expect(await rowOf('plain-note-and-wait', 'failed')).toMatchObject({ endCode: 'terminated' });
});

test('a Workflow Id that is used again ends the run of its first use as that ended [stuck.projection]', async () => {
  const { tenant } = plain;
  const first = await start('noteAndWait', [], 'reused');
  await rowOf('plain-note-and-wait', 'running');
  await first.terminate('a test');
  const second = await start('noteAndWait', [], 'reused');
  await eventually(async () => ((await rowsOf('plain-note-and-wait')).length === 3 ? true : undefined));
  // What the first use came to is found by visibility, which follows a moment later.
  await eventually(async () => {
    await sweeps.once({ tenant });
    const statuses = (await rowsOf('plain-note-and-wait')).map(({ status }) => status);
    return statuses.filter((status) => status === 'failed').length === 2 ? true : undefined;
  });
  const [newest] = await rowsOf('plain-note-and-wait');
  expect(newest?.status).toBe('running');
  await second.terminate('a test');
});

test('a call of a plain workflow that nobody knows about is settled by a person who names its step [stuck.leftovers]', async () => {
  const { tenant, store, receiver } = plain;
  receiver.behave(() => ({ status: 500 }));
  await (await start('stampOne')).result().catch(() => undefined);
  const row = await rowOf('plain-stamp-one', 'running');
  await client.answer(row.runId, {
    tenant,
    actor: 'grace',
    evidence: 'asked on the phone',
    question: 'stamp',
    answer: { kind: 'did-not-happen', next: 'end' },
  });
  expect(await sweeps.once({ tenant })).toBeGreaterThan(0);
  const [call] = await store.runs.ledger(tenant, row.runId);
  expect(call).toMatchObject({ stepPath: 'stamp', state: 'unknown' });
});

type Started = WorkflowHandleWithFirstExecutionRunId;

function start(type: string, args: unknown[] = [], workflowId: string = randomUUID()): Promise<Started> {
  return plain.client.workflow.start(type, { workflowId, taskQueue: plain.taskQueue, args });
}

function rowsOf(job: string): Promise<readonly RunRow[]> {
  return plain.store.runs.list({ tenant: plain.tenant, job });
}

/** The newest run of a job, once it has a status. */
function rowOf(job: string, status: string): Promise<RunRow> {
  return eventually(async () => {
    const [row] = await rowsOf(job);
    return row?.status === status ? row : undefined;
  });
}
