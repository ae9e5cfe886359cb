import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ListedRun, parseTenant, type StartedRun } from '../../client/index.ts';
import { eventually } from '../fixtures/eventually.ts';
import { onOwn } from '../fixtures/on-own.ts';
import { probe } from '../fixtures/probe/job.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';

// Nobody works here. The tests that wait for a worker in vain do so at the same time.
let engine: ProbeEngine;

beforeAll(async () => {
  engine = await withoutWorkers();
});

afterAll(async () => {
  await engine.close();
});

test.concurrent('the view of a run that no worker answers for says so, and how old it is [workflow.view]', async () => {
  const { client, tenant } = engine;
  const { runId } = await start('no-worker');
  await delay(300);
  const seen = await client.view(runId, { tenant });
  expect(seen).toMatchObject({ runId, job: 'probe', status: 'running', live: false, step: '', turns: 0 });
  expect(seen.ageMs).toBeGreaterThanOrEqual(300);
  expect(seen.ageMs).toBeLessThan(20_000);
});

test.concurrent('a pause that no worker takes is stored, and says in one sentence what to do', async () => {
  const { client, tenant } = engine;
  const { runId } = await start('pause-no-worker');
  await expect(client.pause(runId, { actor: 'test', tenant })).rejects.toMatchObject({
    code: 'unavailable',
    message: `The pause for ${runId} is stored, but no worker took it within 10 s; it arrives once one does: start a worker.`,
  });
});

test('runs are listed page by page, the newest first, each once [client.list]', async () => {
  const { client } = engine;
  const tenant = parseTenant(`${engine.tenant}-pages`);
  const started = await Promise.all(
    Array.from({ length: 7 }, (_, index) => start(`page-${index}`, { client, tenant })),
  );
  const pages: (readonly ListedRun[])[] = [];
  for (let after: ListedRun | undefined; pages.length < 3; after = pages.at(-1)?.at(-1)) {
    pages.push(await client.list({ tenant, limit: 3, ...(after === undefined ? {} : { after }) }));
  }
  expect(pages.map(({ length }) => length)).toEqual([3, 3, 1]);
  const listed = pages.flat();
  expect(new Set(listed.map(({ runId }) => runId))).toEqual(new Set(started.map(({ runId }) => runId)));
  const times = listed.map(({ startedAt }) => Number(startedAt));
  expect(times).toEqual(times.toSorted((one, other) => other - one));
});

test('runs are listed by job, by status and by tenant [client.list]', async () => {
  const { client } = engine;
  const tenant = parseTenant(`${engine.tenant}-kinds`);
  await start('kind', { client, tenant });
  const list = async (options: Parameters<typeof client.list>[0]): Promise<number> =>
    (await client.list(options)).length;
  expect(await list({ tenant })).toBe(1);
  expect(await list({ tenant, job: 'probe', status: 'running' })).toBe(1);
  expect(await list({ tenant, job: 'desk' })).toBe(0);
  expect(await list({ tenant, status: 'completed' })).toBe(0);
  expect(await list({ tenant: parseTenant(`${engine.tenant}-nobody`) })).toBe(0);
});

test.concurrent('waiting for a run ends at its own bound with what the run is', async () => {
  const { client, tenant } = engine;
  const { runId } = await start('patience');
  await expect(client.wait(runId, { tenant, timeoutMs: 100 })).rejects.toMatchObject({
    code: 'deadline-exceeded',
    message: `The run ${runId} is still running after 100 ms.`,
  });
  await expect(client.result(runId, { tenant })).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining('has no result'),
  });
});

test.concurrent('runs that were started without a worker are taken up when one comes [worker.resumes] [client.list]', () =>
  onOwn(withoutWorkers, async (own) => {
    const { client, tenant } = own;
    await start('left-open', own);
    const { runId } = await start('late-worker', own);
    await own.startWorker(0);
    const seen = await eventually(async () => {
      const view = await client.view(runId, { tenant });
      return view.waitingFor === undefined ? undefined : view;
    });
    expect(seen).toMatchObject({
      live: true,
      status: 'waiting',
      step: 'wait/release',
      waitingFor: { name: 'release' },
    });
    await client.cancel(runId, { actor: 'test', tenant });
    await client.wait(runId, { tenant, timeoutMs: 20_000 });
    const ended = await client.list({ tenant, status: 'cancelled' });
    expect(ended.map((run) => [run.runId, run.end?.code])).toEqual([[runId, 'cancelled']]);
  }));

function withoutWorkers(): Promise<ProbeEngine> {
  return startProbe({ processes: 0, jobs: ['test/fixtures/probe', 'test/fixtures/desk'] });
}

function start(name: string, { client, tenant }: Pick<ProbeEngine, 'client' | 'tenant'> = engine): Promise<StartedRun> {
  const input = { run: `${name}-${randomUUID()}`, scenario: 'signal', identity: '', count: 1 } as const;
  return client.start(probe, input, { tenant });
}
