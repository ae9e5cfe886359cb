import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { HoldfastPlugin } from '../../workers/index.ts';
import { tools } from '../fixtures/plain/more/tools.ts';
import '../fixtures/quiet-runtime.ts';
import { SEED_VARIABLE, seedFromEnvironment } from '../fixtures/seed-from-environment.ts';
import { sharedStack } from '../stack-addresses.ts';
import { openPlain, pathOf, type PlainTemporal } from '../workers/plugin/plain-temporal.ts';
import { LIMIT_MS } from './observing.ts';
import { resetAtRandom } from './reset-at-random.ts';
import { seeded } from './seeded.ts';

const { seed = Math.floor(Math.random() * 2 ** 31) } = seedFromEnvironment();
const CHAINS = 3;
const EXECUTIONS = 6;
const LIVES = 2;
const RESETS = 5;
const SHORTEST_LIFE_MS = 600;
const ANSWER_MS = 200;

const folder = mkdtempSync(join(tmpdir(), 'holdfast-continued-'));
const BUNDLE = join(folder, 'bundle.js');
const random = seeded(seed);
let plain: PlainTemporal;

beforeAll(async () => {
  process.stderr.write(`holdfast: the kills of continued chains have the seed ${seed} (${SEED_VARIABLE})\n`);
  plain = await openPlain();
  plain.receiver.behave(() => ({ status: 200, body: { id: 'ok' }, delayMs: ANSWER_MS }));
  const { gateUrl: databaseUrl } = sharedStack().database;
  const plugin = new HoldfastPlugin({ tools, systems: { books: plain.receiver }, databaseUrl, tenant: plain.tenant });
  const workflowsPath = pathOf('more/workflows.ts');
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR'), plugins: [plugin] });
  writeFileSync(BUNDLE, code);
}, LIMIT_MS);

afterAll(async () => {
  await plain.close();
  rmSync(folder, { recursive: true, force: true });
});

// Two of them alternate: each is killed in its time and started again, and at last stays.
async function alternate(): Promise<void> {
  for (let life = 0; life < LIVES; life += 1) {
    const worker = await plain.startWorker('more', { BUNDLE });
    await delay(SHORTEST_LIFE_MS + random() * 2_000);
    await worker.kill();
  }
  await plain.startWorker('more', { BUNDLE });
}

// As long as no worker is up no Workflow Task was completed that one could go back to: the first is tried until it can be.
async function resets(workflowIds: readonly string[]): Promise<number> {
  let count = 0;
  for (let reset = 0; reset < RESETS; reset += 1) {
    await delay(random() * 1_200);
    const moment = { atMs: 0, choice: random(), second: random() };
    const done = async (): Promise<boolean> => resetAtRandom(plain.client, workflowIds, moment);
    let isDone = await done();
    while (!isDone && count === 0) {
      await delay(ANSWER_MS);
      isDone = await done();
    }
    count += isDone ? 1 : 0;
  }
  return count;
}

test(
  'each execution of a chain of Continue-As-New makes its one effect, whatever workers are killed and executions are reset meanwhile [plugin.executions] [crash.any-order]',
  async () => {
    const { client, receiver, taskQueue } = plain;
    const options = { taskQueue, args: [EXECUTIONS], workflowTaskTimeout: '3s' } as const;
    const chains = await Promise.all(
      Array.from({ length: CHAINS }, () =>
        client.workflow.start('noteSeries', { ...options, workflowId: randomUUID() }),
      ),
    );
    const ids = chains.map(({ workflowId }) => workflowId);
    const [count] = await Promise.all([resets(ids), alternate(), alternate()]);
    // By id: a reset leaves the first execution of a chain behind.
    await Promise.all(ids.map((id) => client.workflow.getHandle(id).result()));
    expect(receiver.effects).toHaveLength(CHAINS * EXECUTIONS);
    expect(new Set(receiver.effects).size).toBe(CHAINS * EXECUTIONS);
    expect(count).toBeGreaterThan(0);
  },
  2 * LIMIT_MS,
);
