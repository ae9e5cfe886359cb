import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WORKER_SETTINGS } from '../../workers/index.ts';
import { eventually } from '../fixtures/eventually.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { startWorkerProcess, type WorkerProcess } from '../fixtures/worker-process.ts';

const root = join(import.meta.dirname, '../..');

let folder: string;
let engine: ProbeEngine;

beforeAll(async () => {
  await mkdir(join(root, '.holdfast'), { recursive: true });
  folder = await mkdtemp(join(root, '.holdfast/definition-'));
  await cp(join(root, 'test/fixtures/errand'), folder, { recursive: true });
  engine = await startProbe({ jobs: ['test/fixtures/errand'] });
});

afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

test('a run whose tool was changed shows the fix, and goes on when the tool is as it was [upgrade.definition]', async () => {
  const { client, tenant } = engine;
  const { runId } = await client.start(engine.registry.job('errand'), { name: 'changed' }, { tenant });
  await eventually(async () => ((await client.view(runId, { tenant })).status === 'waiting' ? true : undefined));
  await engine.workers[0]?.stop();
  const changed = await startChanged();
  await client.signal(runId, { name: 'go', actor: 'ada', id: 'go', tenant });
  const view = await eventually(async () => {
    const seen = await client.view(runId, { tenant });
    return seen.blocked === undefined ? undefined : seen;
  });
  expect(view).toMatchObject({ status: 'running', step: 'pack' });
  expect(view.blocked?.error).toBe(
    'pack: The run was started with a tool "pack" that this worker does not have; it goes on by itself once a worker has it again as in version 1 of "errand": put that declaration back, or cancel the run.',
  );
  await changed.stop();
  await engine.startWorker(0);
  await expect(client.wait(runId, { tenant, timeoutMs: 20_000 })).resolves.toMatchObject({ status: 'completed' });
});

/** A worker of the same Task Queue whose job has another version of the tool. */
async function startChanged(): Promise<WorkerProcess> {
  const path = join(folder, 'job.ts');
  const code = await readFile(path, 'utf8');
  await writeFile(path, code.replace("name: 'pack',", "name: 'pack', version: 2,"));
  const [spec] = engine.specs;
  if (spec === undefined) throw new Error('There is no worker.');
  const settings = JSON.parse(spec.env[WORKER_SETTINGS] ?? '{}') as object;
  return startWorkerProcess({
    ...spec,
    env: { ...spec.env, [WORKER_SETTINGS]: JSON.stringify({ ...settings, jobs: [folder] }) },
  });
}
