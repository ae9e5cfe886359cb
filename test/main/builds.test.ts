import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Builds } from '../../main/builds.ts';
import type { WorkerPlan } from '../../main/worker-specs.ts';
import type { StackAddresses, Stack, ProcessSpec } from '../../stack/index.ts';
import type { DeploymentServer } from '../../workers/builds/announce-build.ts';
import { BuildShelf } from '../../workers/builds/build-shelf.ts';
import { WORKER_SETTINGS } from '../../workers/index.ts';

const ADDRESSES: StackAddresses = {
  temporal: { address: '127.0.0.1:7233', namespace: 'default' },
  database: { ownerUrl: 'owner', gateUrl: 'gate', clientUrl: 'client' },
};

let folder: string;
let shelf: BuildShelf;
let running: Map<string, ProcessSpec>;
let told: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-builds-'));
  shelf = new BuildShelf(folder);
  running = new Map();
  told = [];
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('the build that was current gets a worker before its youngest runs are counted [upgrade.side-by-side]', async () => {
  const before = await kept('before');
  await builds(server(before, {})).begin();
  expect([...running.keys()]).toEqual([`worker-holdfast-o-${before}`]);
  const settings = JSON.parse(running.get(`worker-holdfast-o-${before}`)?.env[WORKER_SETTINGS] ?? '{}') as object;
  expect(settings).toMatchObject({
    role: 'together',
    bundle: join(folder, `builds/${before}.js`),
    version: { deployment: 'holdfast', build: before },
    jobs: ['/jobs'],
  });
});

test('apart, the worker of an older build knows no database and no system [worker.apart]', async () => {
  const before = await kept('before');
  await builds(server(before, {}), 'apart').begin();
  expect([...running.values()].map(({ env }) => env[WORKER_SETTINGS]).join()).not.toMatch(/gate|books/);
});

test('a build is served while it has open runs, and its worker is stopped when it has none [upgrade.kept]', async () => {
  const [old, older] = [await kept('old'), await kept('older')];
  const open = { [old]: 2, [older]: 1, own: 5 };
  const all = builds(server('own', open));
  await all.tend();
  expect([...running.keys()].toSorted()).toEqual([`worker-holdfast-o-${old}`, `worker-holdfast-o-${older}`].toSorted());
  open[older] = 0;
  await all.tend();
  expect([...running.keys()]).toEqual([`worker-holdfast-o-${old}`]);
});

test('a build that is not kept is told once, and a worker that does not start stops nothing else [upgrade.missing]', async () => {
  const old = await kept('old');
  const all = builds(server('own', { gone: 3, [old]: 1, own: 1 }));
  await all.tend();
  await all.tend();
  expect(told).toEqual([
    `3 open runs are pinned to build gone, which is not kept in ${shelf.folder}; they wait: start the code of that build once, so that it is kept, or cancel the runs.`,
  ]);
  expect([...running.keys()]).toEqual([`worker-holdfast-o-${old}`]);
});

async function kept(code: string): Promise<string> {
  const path = join(folder, `${code}.made`);
  await writeFile(path, code);
  return (await shelf.keep(path, [])).build;
}

function builds(of: DeploymentServer, layout: WorkerPlan['layout'] = 'together'): Builds {
  const stack: Pick<Stack, 'addresses' | 'processes' | 'start' | 'stop'> = {
    addresses: ADDRESSES,
    start: async (spec) => {
      running.set(spec.name, spec);
      return view(spec.name);
    },
    stop: async (name) => void running.delete(name),
    processes: async () => ['postgres', 'worker-holdfast-w1', ...running.keys()].map(view),
  };
  const plan = {
    layout,
    processes: 2,
    taskQueue: 'holdfast',
    bundle: '/bundle.js',
    version: { deployment: 'holdfast', build: 'own' },
    jobs: ['/jobs'],
    systems: { books: { address: 'http://127.0.0.1:1' } },
    endpoints: [],
    env: {},
    verbose: false,
  };
  return new Builds({ stack, server: of, shelf, tell: (line) => told.push(line) }, plan);
}

function view(name: string): Awaited<ReturnType<Stack['start']>> {
  return { name, stage: 'worker', pid: 1, status: 'running', startedAt: '', ready: {}, restarts: 0 };
}

/** A server that knows builds by their open runs. */
function server(current: string, open: Readonly<Record<string, number>>): DeploymentServer {
  const names = new Set([current, ...Object.keys(open)]);
  const service = {
    describeWorkerDeployment: async () => ({
      workerDeploymentInfo: {
        versionSummaries: [...names].map((buildId) => ({ deploymentVersion: { buildId } })),
        routingConfig: { currentDeploymentVersion: { buildId: current } },
      },
    }),
    countWorkflowExecutions: async ({ query }: { query: string }) => ({
      count: Object.entries(open).find(([build]) => query.includes(`'holdfast:${build}'`))?.[1] ?? 0,
    }),
  };
  return { service: service as unknown as DeploymentServer['service'], namespace: 'default' };
}
