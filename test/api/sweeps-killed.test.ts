import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { prepareReaperBundle } from '../../workers/bundle.ts';
import { endReaper } from '../client/sweep/end-reaper.ts';
import { eventually } from '../fixtures/eventually.ts';
import { probe } from '../fixtures/probe/job.ts';
import { startProbe, type ProbeEngine } from '../fixtures/probe-engine.ts';
import { sharedStack } from '../stack-addresses.ts';
import { startApiProcess } from './api-process.ts';
import { apiSettings } from './fixture.ts';

const HOME = join(import.meta.dirname, '../../.holdfast');

let engine: ProbeEngine;
let connection: Connection;
let temporal: Client;

beforeAll(async () => {
  const { address, namespace } = sharedStack().temporal;
  [engine, connection] = await Promise.all([startProbe(), Connection.connect({ address })]);
  temporal = new Client({ connection, namespace });
});

afterAll(async () => {
  await endReaper(temporal, engine.taskQueue);
  await connection.close();
  await engine.close();
});

test('the process that sweeps is killed in the middle of it, and the next one goes on where it was [stuck.schedule] [stuck.any-sweeps]', async () => {
  const { tenant, taskQueue } = engine;
  const limits = { everyMs: 100, quietMs: 200 };
  const reaper = { bundle: await prepareReaperBundle(HOME), tenant, limits };
  const settings = apiSettings([tenant], { taskQueue, reaper });
  const [before, after] = [await waitingRun(), await waitingRun()];
  let api = await startApiProcess(settings);
  try {
    await terminate(before);
    await eventually(async () => ((await endOf(before)) === 'terminated' ? true : undefined));
    await api.kill();
    await terminate(after);
    await expect(endOf(after)).resolves.toBeUndefined();
    api = await startApiProcess(settings);
    await eventually(async () => ((await endOf(after)) === 'terminated' ? true : undefined));
  } finally {
    await api.stop();
  }
});

async function waitingRun(): Promise<string> {
  const { client, tenant } = engine;
  const { runId } = await client.start(probe, { run: randomUUID(), scenario: 'signal' }, { tenant, actor: 'ada' });
  await eventually(async () => ((await client.view(runId, { tenant })).status === 'waiting' ? true : undefined));
  return runId;
}

async function terminate(runId: string): Promise<void> {
  await temporal.workflow.getHandle(runId).terminate('by hand');
}

async function endOf(runId: string): Promise<string | undefined> {
  return (await engine.client.view(runId, { tenant: engine.tenant })).end?.code;
}
