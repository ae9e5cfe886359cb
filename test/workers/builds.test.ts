import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadJobs } from '../../jobs/load-jobs.ts';
import { announceBuild, type DeploymentServer, knowsDeployments } from '../../workers/builds/announce-build.ts';
import { buildIdOf, deploymentOf } from '../../workers/builds/build-of.ts';
import { BuildShelf } from '../../workers/builds/build-shelf.ts';
import { prepareBundle } from '../../workers/index.ts';

const root = join(import.meta.dirname, '../..');
const DAY_MS = 24 * 60 * 60 * 1_000;

let folder: string;

beforeAll(async () => {
  await mkdir(join(root, '.holdfast'), { recursive: true });
  folder = await mkdtemp(join(root, '.holdfast/builds-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('the same code comes to the same build in another home, and is kept once [upgrade.kept]', async () => {
  const jobs = await loadJobs(['test/fixtures/errand'], root);
  const shelf = new BuildShelf(folder);
  const said = [{ name: 'errand', version: 1 }];
  const first = await shelf.keep(await prepareBundle(jobs, join(folder, 'one')), said);
  const second = await shelf.keep(await prepareBundle(jobs, join(folder, 'two/further')), said);
  expect(first.build).toMatch(/^[0-9a-f]{16}$/);
  expect(second.build).toBe(first.build);
  expect((await readdir(shelf.folder)).toSorted()).toEqual([`${first.build}.js`, `${first.build}.json`]);
});

test('another place of the entry file or of the sources is the same build, other code is not [upgrade.kept]', () => {
  const code = "require('/a/entry-00000000-0000-4000-8000-000000000000.ts');\nrun();";
  const moved = "require('/other/entry-11111111-1111-4111-8111-111111111111.ts');\nrun();\n//# sourceMappingURL=data:x";
  expect(buildIdOf(moved)).toBe(buildIdOf(code));
  expect(buildIdOf(code.replace('run', 'ran'))).not.toBe(buildIdOf(code));
  expect(deploymentOf('team:a.b')).toBe('team-a-b');
});

test('a bundle that was damaged counts as missing, and is kept anew [upgrade.kept]', async () => {
  const { shelf, build, path } = await shelved('damaged', 'code();\n');
  await writeFile(path, 'other();\n');
  expect(await shelf.find(build)).toBeUndefined();
  await shelf.keep(join(folder, 'damaged.js'), []);
  expect(await shelf.find(build)).toMatchObject({ build, bundle: path });
});

test('a bundle goes when it was not needed for as long as it is kept, and not before [upgrade.kept]', async () => {
  const old = await shelved('swept', 'old();\n');
  const young = await shelved('swept', 'young();\n');
  const past = new Date(Date.now() - 8 * DAY_MS);
  for (const { path } of [old, young]) await utimes(path.replace(/js$/, 'json'), past, past);
  await young.shelf.used(young.build);
  expect(await young.shelf.sweep(7 * DAY_MS)).toEqual([old.build]);
  expect((await readdir(young.shelf.folder)).toSorted()).toEqual([`${young.build}.js`, `${young.build}.json`]);
});

test.each([
  { status: 5, known: true },
  { status: 12, known: false },
  { status: 7, known: false },
])(
  'a server that answers with gRPC status $status has deployments: $known [upgrade.old-server]',
  async ({ status, known }) => {
    await expect(knowsDeployments(answering(status), 'holdfast')).resolves.toBe(known);
  },
);

test('a server that does not answer is not taken for an old one [upgrade.old-server]', async () => {
  await expect(knowsDeployments(answering(14), 'holdfast')).rejects.toMatchObject({ code: 'stack-failed' });
});

test('a build is announced again until the server has seen its workers', async () => {
  let asked = 0;
  const set = async (): Promise<object> => {
    asked += 1;
    if (asked < 3) throw Object.assign(new Error('no pollers'), { code: 9 });
    return {};
  };
  const server = { ...answering(5), service: { ...answering(5).service, setWorkerDeploymentCurrentVersion: set } };
  await announceBuild(server as unknown as DeploymentServer, { deployment: 'holdfast', build: 'b' });
  expect(asked).toBe(3);
});

async function shelved(home: string, code: string): Promise<{ shelf: BuildShelf; build: string; path: string }> {
  const shelf = new BuildShelf(join(folder, home));
  const made = join(folder, `${home}.js`);
  await writeFile(made, code);
  const { build, bundle } = await shelf.keep(made, []);
  return { shelf, build, path: bundle };
}

/** A server that answers every question about deployments with one gRPC status. */
function answering(status: number): DeploymentServer {
  const fail = async (): Promise<never> => {
    throw Object.assign(new Error(`status ${status}`), { code: status });
  };
  const service = {
    describeWorkerDeployment: fail,
    setWorkerDeploymentCurrentVersion: fail,
    countWorkflowExecutions: fail,
  };
  return { service: service as unknown as DeploymentServer['service'], namespace: 'default' };
}
