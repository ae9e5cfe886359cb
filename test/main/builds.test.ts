import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Builds } from '../../main/builds.ts';
import { deploy } from '../../main/deploy.ts';
import { oldBuildSpec, type WorkerPlan, workerSpecs } from '../../main/worker-specs.ts';
import type { StackAddresses, Stack, ProcessSpec } from '../../stack/index.ts';
import type { DeploymentServer } from '../../workers/builds/announce-build.ts';
import { BuildShelf } from '../../workers/builds/build-shelf.ts';
import { WORKER_SETTINGS } from '../../workers/index.ts';

const ADDRESSES: StackAddresses = {
  temporal: { address: '127.0.0.1:7233', namespace: 'default' },
  database: { ownerUrl: 'owner', gateUrl: 'gate', clientUrl: 'client' },
};

const plan: ConstructorParameters<typeof Builds>[1] = {
  layout: 'together',
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

let folder: string;
let shelf: BuildShelf;
let running: Map<string, ProcessSpec>;
let told: string[];
/** The processes of builds that ran when a build was announced. */
let beside: string[] | undefined;
/** What the workers of the plan say that they run. */
let workers: { build: string; status?: 'running' | 'failed' }[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-builds-'));
  shelf = new BuildShelf(folder);
  running = new Map();
  told = [];
  beside = undefined;
  workers = [{ build: 'own' }, { build: 'own' }];
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('the build that was current gets a worker before its youngest runs are counted [upgrade.side-by-side]', async () => {
  const before = await kept('before');
  await builds(server(before, {})).begin();
  expect([...running.keys()]).toEqual([`worker-holdfast-o-${before}`]);
  expect(settingsOf(`worker-holdfast-o-${before}`)).toMatchObject({
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

test('a bundle is kept as long as open runs need it, also while a worker serves them, and a week longer [upgrade.kept]', async () => {
  const old = await kept('old');
  const open = { [old]: 1 };
  const all = builds(server('own', open));
  await all.tend();
  await unusedForEightDays(old);
  await all.tend();
  expect([...running.keys()]).toEqual([`worker-holdfast-o-${old}`]);
  await expect(shelf.find(old)).resolves.toMatchObject({ build: old });
  open[old] = 0;
  await all.tend();
  await expect(shelf.find(old)).resolves.toMatchObject({ build: old });
  await unusedForEightDays(old);
  await all.tend();
  await expect(shelf.find(old)).resolves.toBeUndefined();
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

test('the current build is served at once when a cut deploy has taken its workers, and taken back later [upgrade.cut]', async () => {
  workers = [{ build: 'cut' }, { build: 'cut' }];
  const all = builds(server('own', {}));
  await all.tend();
  expect([...running.keys()]).toEqual(['worker-holdfast-o-own']);
  expect(settingsOf('worker-holdfast-o-own')).toMatchObject({
    role: 'together',
    bundle: '/bundle.js',
    version: { deployment: 'holdfast', build: 'own' },
  });
  await all.tend();
  expect([...running.keys()].toSorted()).toEqual(['worker-holdfast-o-own', 'worker-holdfast-w1', 'worker-holdfast-w2']);
  expect(settingsOf('worker-holdfast-w2')).toMatchObject({ bundle: '/bundle.js', version: { build: 'own' } });
  expect(told).toEqual([
    'the workers of the current build own were replaced by a deploy that did not end; they are started again',
  ]);
});

test('the process of the current build goes on while the workers of the plan do not serve it [upgrade.cut]', async () => {
  workers = [
    { build: '', status: 'failed' },
    { build: '', status: 'failed' },
  ];
  const all = builds(server('own', {}));
  await all.tend();
  await all.tend();
  expect([...running.keys()]).toContain('worker-holdfast-o-own');
  for (const each of workers) Object.assign(each, { build: 'own', status: 'running' });
  await all.tend();
  await all.tend();
  expect([...running.keys()]).not.toContain('worker-holdfast-o-own');
});

test('a deploy serves the build before it before it replaces workers, and announces its own last [upgrade.cut]', async () => {
  const order: string[] = [];
  const slowly = (what: string) => async (): Promise<void> => {
    await setImmediate();
    order.push(what);
  };
  const address = await deploy({
    stack: {
      start: async ({ name }) => {
        await slowly(name)();
        return view(name);
      },
    },
    workers: workerSpecs(plan, ADDRESSES),
    builds: { begin: slowly('begin'), announce: slowly('announce') },
    startApi: async () => {
      await slowly('api')();
      return 'http://here';
    },
  });
  expect(address).toBe('http://here');
  expect(order).toEqual(['begin', 'worker-holdfast-w1', 'worker-holdfast-w2', 'api', 'announce']);
});

test('a deploy that is under way keeps the workers that it has just started [upgrade.cut]', async () => {
  const all = builds(server('own', {}));
  await all.tend();
  workers = [{ build: 'next' }, { build: 'next' }];
  await all.tend();
  expect([...running.keys()]).toEqual(['worker-holdfast-o-own']);
});

test('the process that a deploy starts for the current build goes on while its workers are replaced [upgrade.cut]', async () => {
  const name = 'worker-holdfast-o-own';
  const all = builds(server('own', {}));
  for (const at of ['the first look', 'the second look']) {
    await all.tend();
    expect([at, ...running.keys()]).toEqual([at]);
  }
  running.set(name, oldBuildSpec(plan, ADDRESSES));
  await all.tend();
  expect([...running.keys()]).toEqual([name]);
  workers = [{ build: 'next' }, { build: 'own' }];
  await all.tend();
  await all.tend();
  expect([...running.keys()]).toContain(name);
});

test('a deploy announces its build only while a process serves the one before, whoever has stopped it since [upgrade.cut]', async () => {
  const before = await kept('before');
  const name = `worker-holdfast-o-${before}`;
  const all = builds(server(before, {}));
  await all.begin();
  running.delete(name);
  await all.announce();
  await all.close();
  expect(beside).toEqual([name]);
});

test('what serves an older build already is left alone, whoever has started it [upgrade.side-by-side]', async () => {
  const old = await kept('old');
  const all = builds(server('own', { [old]: 1 }));
  await all.tend();
  const name = `worker-holdfast-o-${old}`;
  const other = { ...spec(name), env: {} };
  running.set(name, other);
  await all.tend();
  expect(running.get(name)).toBe(other);
});

async function kept(code: string): Promise<string> {
  const path = join(folder, `${code}.made`);
  await writeFile(path, code);
  return (await shelf.keep(path, [])).build;
}

async function unusedForEightDays(build: string): Promise<void> {
  const then = new Date(Date.now() - 8 * 24 * 60 * 60 * 1_000);
  await utimes(join(shelf.folder, `${build}.json`), then, then);
}

function spec(name: string): ProcessSpec {
  const found = running.get(name);
  if (found === undefined) throw new Error(`${name} was not started.`);
  return found;
}

function settingsOf(name: string): unknown {
  return JSON.parse(spec(name).env[WORKER_SETTINGS] ?? '{}');
}

function builds(of: DeploymentServer, layout: WorkerPlan['layout'] = 'together'): Builds {
  const stack: Pick<Stack, 'addresses' | 'processes' | 'start' | 'stop'> = {
    addresses: ADDRESSES,
    start: async (spec) => {
      running.set(spec.name, spec);
      return view(spec.name);
    },
    stop: async (name) => void running.delete(name),
    processes: async () => [
      view('postgres'),
      ...workers.map(({ build, status = 'running' }, index) => ({
        ...view(`worker-holdfast-w${index + 1}`),
        status,
        ready: { build },
      })),
      ...[...running.keys()].filter((name) => !/-w\d$/.test(name)).map(view),
    ],
  };
  return new Builds({ stack, server: of, shelf, tell: (line) => told.push(line) }, { ...plan, layout });
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
    setWorkerDeploymentCurrentVersion: async () => {
      beside = [...running.keys()];
    },
    countWorkflowExecutions: async ({ query }: { query: string }) => ({
      count: Object.entries(open).find(([build]) => query.includes(`'holdfast:${build}'`))?.[1] ?? 0,
    }),
  };
  return { service: service as unknown as DeploymentServer['service'], namespace: 'default' };
}
