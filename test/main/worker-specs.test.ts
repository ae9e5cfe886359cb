import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startApiProcess } from '../../main/start-api.ts';
import { type Layout, oldBuildSpec, type WorkerPlan, workerSpecs } from '../../main/worker-specs.ts';
import type { ProcessSpec, Stack, StackAddresses } from '../../stack/index.ts';

const addresses: StackAddresses = {
  temporal: { address: '127.0.0.1:7233', namespace: 'default' },
  database: { ownerUrl: 'owner', gateUrl: 'gate', clientUrl: 'client' },
};

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'holdfast-specs-'));
});

afterEach(() => rm(home, { recursive: true, force: true }));

test('changed code of jobs replaces every process that makes calls or starts runs, and no other [upgrade.code]', async () => {
  expect(await replaced('together', 'changed')).toEqual(['api', 'worker-q-o-old', 'worker-q-w1', 'worker-q-w2']);
  // Apart, workers of workflows load no job: their bundle is all that they run.
  expect(await replaced('apart', 'changed')).toEqual(['api', 'worker-q-calls-c1', 'worker-q-calls-c2']);
});

test('code of jobs that stays the same replaces no process [upgrade.code]', async () => {
  expect(await replaced('together', 'before')).toEqual([]);
});

/** The processes whose specification differs once the code is another. */
async function replaced(layout: Layout, code: string): Promise<readonly string[]> {
  const before = new Map((await specs(layout, 'before')).map((spec) => [spec.name, JSON.stringify(spec)]));
  const after = await specs(layout, code);
  return after
    .filter((spec) => before.get(spec.name) !== JSON.stringify(spec))
    .map(({ name }) => name)
    .toSorted();
}

async function specs(layout: Layout, code: string): Promise<readonly ProcessSpec[]> {
  const version = { deployment: 'q', build: 'old' };
  const plan: WorkerPlan & { version: typeof version } = {
    layout,
    processes: 2,
    taskQueue: 'q',
    bundle: '/bundle.js',
    version,
    code,
    jobs: ['/jobs'],
    systems: {},
    endpoints: [],
    env: {},
    verbose: false,
  };
  return [...workerSpecs(plan, addresses), oldBuildSpec(plan, addresses), await apiSpec(plan)];
}

async function apiSpec(plan: WorkerPlan): Promise<ProcessSpec> {
  const started: ProcessSpec[] = [];
  const stack: Pick<Stack, 'addresses' | 'port' | 'start'> = {
    addresses,
    port: async () => 4711,
    start: async (spec) => {
      started.push(spec);
      const ready = { ready: true, port: 4711 };
      return { name: spec.name, stage: 'service', pid: 1, status: 'running', startedAt: '', ready, restarts: 0 };
    },
  };
  await startApiProcess(stack, plan, { home, api: { principals: {}, reaper: { bundle: '/reaper.js' } } });
  const [spec] = started;
  if (spec === undefined) throw new Error('The API was not started.');
  return spec;
}
