import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../fixtures/eventually.ts';
import { startProbe, type ProbeEngine } from '../fixtures/probe-engine.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { type ApiProcess, startApiProcess } from './api-process.ts';
import { apiSettings } from './fixture.ts';

let receiver: Receiver;
let probe: ProbeEngine;

beforeAll(async () => {
  receiver = await startReceiver();
  probe = await startProbe({ systems: { receiver: { address: receiver.address } } });
});

afterAll(async () => {
  await probe?.close();
  await receiver?.close();
});

test('what was due while the API was killed is made good, each moment once, when it is back [schedules.caught-up]', async () => {
  const { client, tenant, taskQueue } = probe;
  const settings = apiSettings([tenant], { taskQueue });
  const input = { run: '{scheduledAt}', scenario: 'native' };
  const of = { tenant, schedule: 'ticking', actor: 'ada' };
  const due = async (): Promise<readonly { at: number; runId: string | undefined }[]> => {
    const { recent } = await client.schedules.show(of);
    return recent.map(({ scheduledAt, runId }) => ({ at: scheduledAt.getTime(), runId }));
  };
  let api: ApiProcess = await startApiProcess(settings);
  try {
    await client.schedules.create({ ...of, job: 'probe', input, everySeconds: 2, overlap: 'allow-all' });
    await eventually(async () => ((await due()).some(({ runId }) => runId !== undefined) ? true : undefined));
    await api.kill();
    await eventually(async () =>
      (await due()).filter(({ runId }) => runId === undefined).length >= 3 ? true : undefined,
    );
    await client.schedules.pause(of);
    api = await startApiProcess(settings);
    // One that was being entered when the process was killed is tried again after ten seconds.
    const all = await eventually(async () => {
      const moments = await due();
      return moments.every(({ runId }) => runId !== undefined) ? moments : undefined;
    });
    for (const { runId = '' } of all)
      expect((await client.wait(runId, { tenant, timeoutMs: 20_000 })).status).toBe('completed');
    expect(receiver.effects).toHaveLength(new Set(all.map(({ at }) => at)).size);
  } finally {
    await client.schedules.remove(of);
    await api.stop();
  }
});
