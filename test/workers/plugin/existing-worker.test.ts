import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { HoldfastClientPlugin } from '../../../client/index.ts';
import type { RunId } from '../../../domain/ids.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { onOwn } from '../../fixtures/on-own.ts';
import { HoldfastPlugin } from '../../../workers/index.ts';
import { tools } from '../../fixtures/plain/more/tools.ts';
import '../../fixtures/quiet-runtime.ts';
import { openPlain, pathOf, type PlainTemporal } from './plain-temporal.ts';

const run = promisify(execFile);
// Three workers that make their bundles at once have taken 47 s on a machine that others kept busy.
const LIMIT_MS = 120_000;

// They run at the same time, each with a Task Queue, a tenant and a receiver of its own: the longest mostly waits for a takeover.

test.concurrent(
  'an existing worker gets its first governed activity by three changed lines, and what stays plain stays as it is [plugin.three-lines]',
  withPlain(async (plain) => {
    const changed = await changedLines();
    expect(changed).toEqual({ 'activities.ts': 0, 'worker.ts': 2, 'workflows.ts': 1 });
    plain.receiver.behave(() => ({ status: 200, body: { id: 'b-1' } }));
    const before = await plain.startWorker('before');
    const plainly = await book(plain, randomUUID());
    await before.stop();
    const after = await plain.startWorker('after');
    const order = randomUUID();
    const governed = await book(plain, order);
    await after.stop();
    expect(await plainly.result()).toMatch(/^order .* is booked as b-1$/);
    expect(await governed.result()).toBe(`order ${order} is booked as b-1`);
    expect(plain.receiver.received.map(({ key }) => typeof key)).toEqual(['undefined', 'string']);
    const replayed = [
      Worker.runReplayHistory(replayOptions(plain, 'before'), await plainly.fetchHistory(), plainly.workflowId),
      Worker.runReplayHistory(replayOptions(plain, 'after'), await governed.fetchHistory(), governed.workflowId),
    ];
    await expect(Promise.all(replayed)).resolves.toHaveLength(2);
  }),
  LIMIT_MS,
);

test.concurrent(
  'a governed activity is performed once although its receiver fails first and its worker is killed [plugin.performed-once]',
  withPlain(async (plain) => {
    const { receiver, store, tenant } = plain;
    receiver.behave((_, count) => {
      if (count === 1) return { status: 503 };
      return count === 2 ? 'hang' : { status: 200, body: { id: 'b-2' } };
    });
    const killed = await plain.startWorker('after');
    const order = randomUUID();
    const handle = await start(plain, order);
    await eventually(() => receiver.received[1]);
    await killed.kill();
    const next = await plain.startWorker('after');
    await expect(handle.result()).resolves.toBe(`order ${order} is booked as b-2`);
    await next.stop();
    expect(new Set(receiver.received.map(({ key }) => key)).size).toBe(1);
    expect(receiver.received).toHaveLength(3);
    expect(receiver.effects).toHaveLength(1);
    const [row] = await store.runs.list({ tenant });
    await expect(store.runs.ledger(tenant, row?.runId ?? ('' as RunId))).resolves.toMatchObject([
      { stepPath: 'postBooking', name: 'post_booking', state: 'committed', takeovers: 1, facts: null },
    ]);
  }),
  LIMIT_MS,
);

test.concurrent(
  'lists show the governed run of a plain workflow by its type, with its actor and where Temporal has it [plugin.listed]',
  withPlain(async (plain) => {
    const { receiver, store, tenant } = plain;
    receiver.behave(() => ({ status: 200, body: { id: 'b-3' } }));
    const worker = await plain.startWorker('after');
    // One that is older, which the list has to tell apart.
    await book(plain, randomUUID());
    const handle = await book(plain, randomUUID());
    await worker.stop();
    const [row, ...older] = await store.runs.list({ tenant });
    expect(row).toMatchObject({ job: 'plain-book-order', status: 'running', step: 'postBooking', actor: 'mailroom' });
    expect(older).toHaveLength(1);
    expect(older.map(({ runId }) => runId)).not.toContain(row?.runId);
    const { bytes } = await store.blobs.get(tenant, row?.inputRef ?? ('' as never));
    expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual({
      namespace: 'default',
      workflowId: handle.workflowId,
      workflowType: 'bookOrder',
      first: handle.firstExecutionRunId,
      link: 1,
    });
  }),
  LIMIT_MS,
);

type Handle = ReturnType<Client['workflow']['start']>;

/** A test with a plain client of its own, which is closed after it. */
function withPlain(use: (plain: PlainTemporal) => Promise<void>): () => Promise<void> {
  return () => onOwn(() => openPlain([new HoldfastClientPlugin({ actor: 'mailroom' })]), use);
}

async function start({ client, taskQueue }: PlainTemporal, order: string): Handle {
  return client.workflow.start('bookOrder', { workflowId: randomUUID(), taskQueue, args: [order] });
}

async function book(plain: PlainTemporal, order: string): Handle {
  const handle = await start(plain, order);
  await handle.result();
  return handle;
}

function replayOptions(plain: PlainTemporal, folder: string): { workflowsPath: string; plugins: HoldfastPlugin[] } {
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
