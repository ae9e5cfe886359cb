import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { HoldfastClientPlugin } from '../../../client/index.ts';
import type { RunId } from '../../../domain/ids.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { HoldfastPlugin } from '../../../workers/index.ts';
import { tools } from '../../fixtures/plain/more/tools.ts';
import '../../fixtures/quiet-runtime.ts';
import { openPlain, pathOf, type PlainTemporal } from './plain-temporal.ts';

const run = promisify(execFile);

let plain: PlainTemporal;

beforeAll(async () => {
  plain = await openPlain([new HoldfastClientPlugin({ actor: 'mailroom' })]);
});
afterAll(() => plain.close());

test('an existing worker gets its first governed activity by three changed lines, and what stays plain stays as it is [plugin.three-lines]', async () => {
  const changed = await changedLines();
  expect(changed).toEqual({ 'activities.ts': 0, 'worker.ts': 2, 'workflows.ts': 1 });
  plain.receiver.behave(() => ({ status: 200, body: { id: 'b-1' } }));
  const before = await plain.startWorker('before');
  const plainly = await book(randomUUID());
  await before.stop();
  const after = await plain.startWorker('after');
  const order = randomUUID();
  const governed = await book(order);
  await after.stop();
  expect(await plainly.result()).toMatch(/^order .* is booked as b-1$/);
  expect(await governed.result()).toBe(`order ${order} is booked as b-1`);
  expect(plain.receiver.received.map(({ key }) => typeof key)).toEqual(['undefined', 'string']);
  const replayed = [
    Worker.runReplayHistory(replayOptions('before'), await plainly.fetchHistory(), plainly.workflowId),
    Worker.runReplayHistory(replayOptions('after'), await governed.fetchHistory(), governed.workflowId),
  ];
  await expect(Promise.all(replayed)).resolves.toHaveLength(2);
});

test('a governed activity is performed once although its receiver fails first and its worker is killed [plugin.performed-once]', async () => {
  const { receiver, store, tenant } = plain;
  const [sends, effects] = [receiver.received.length, receiver.effects.length];
  receiver.behave((_, count) => {
    if (count === sends + 1) return { status: 503 };
    return count === sends + 2 ? 'hang' : { status: 200, body: { id: 'b-2' } };
  });
  const killed = await plain.startWorker('after');
  const order = randomUUID();
  const handle = await start(order);
  await eventually(() => receiver.received[sends + 1]);
  await killed.kill();
  const next = await plain.startWorker('after');
  await expect(handle.result()).resolves.toBe(`order ${order} is booked as b-2`);
  await next.stop();
  expect(new Set(receiver.received.slice(sends).map(({ key }) => key)).size).toBe(1);
  expect(receiver.received.length - sends).toBe(3);
  expect(receiver.effects.length - effects).toBe(1);
  const [row] = await store.runs.list({ tenant });
  await expect(store.runs.ledger(tenant, row?.runId ?? ('' as RunId))).resolves.toMatchObject([
    { stepPath: 'postBooking', name: 'post_booking', state: 'committed', takeovers: 1, facts: null },
  ]);
});

test('lists show the governed run of a plain workflow by its type, with its actor and where Temporal has it [plugin.listed]', async () => {
  const { receiver, store, tenant } = plain;
  receiver.behave(() => ({ status: 200, body: { id: 'b-3' } }));
  const worker = await plain.startWorker('after');
  const handle = await book(randomUUID());
  await worker.stop();
  const [row, ...older] = await store.runs.list({ tenant });
  expect(row).toMatchObject({ job: 'plain-book-order', status: 'running', step: 'postBooking', actor: 'mailroom' });
  expect(older.map(({ runId }) => runId)).not.toContain(row?.runId);
  const { bytes } = await store.blobs.get(tenant, row?.inputRef ?? ('' as never));
  expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual({
    namespace: 'default',
    workflowId: handle.workflowId,
    workflowType: 'bookOrder',
    first: handle.firstExecutionRunId,
    link: 1,
  });
});

async function start(order: string): ReturnType<typeof plain.client.workflow.start> {
  const { client, taskQueue } = plain;
  return client.workflow.start('bookOrder', { workflowId: randomUUID(), taskQueue, args: [order] });
}

async function book(order: string): ReturnType<typeof start> {
  const handle = await start(order);
  await handle.result();
  return handle;
}

function replayOptions(folder: string): { workflowsPath: string; plugins: HoldfastPlugin[] } {
  const systems = { books: { address: plain.receiver.address } };
  const plugin = new HoldfastPlugin({ tools, systems, databaseUrl: '' });
  return { workflowsPath: pathOf(`${folder}/workflows.ts`), plugins: [plugin] };
}

/** Lines that were added or changed, by file; files that are new hold what is new. */
async function changedLines(): Promise<Record<string, number>> {
  const files = ['activities.ts', 'worker.ts', 'workflows.ts'];
  const counts = files.map(async (file) => {
    const args = ['diff', '--no-index', '--numstat', pathOf(`before/${file}`), pathOf(`after/${file}`)];
    const { stdout } = await run('git', args).catch((error: { stdout: string }) => error);
    const [added = 0, removed = 0] = stdout.split('\t').map(Number);
    return [file, Math.max(added, removed)] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}
