import { expect, test } from '@jest/globals';
import { startProbe } from '../fixtures/probe-engine.ts';
import { startReceiver } from '../fixtures/receiver.ts';
import { probe } from '../fixtures/probe/job.ts';
import { STOPPING } from '../fixtures/worker-process.ts';
test('time', async () => {
  const receiver = await startReceiver();
  const engine = await startProbe({ processes: 0, systems: { receiver: { address: receiver.address } } });
  const w = await engine.startWorker(0, { stopAt: 'after-claim stampNative' });
  const { runId } = await engine.client.start(probe, { run: 'x', scenario: 'native' }, { tenant: engine.tenant });
  await w.said(STOPPING);
  await engine.startWorker(0);
  const t0 = Date.now();
  const e = await engine.client.wait(runId, { tenant: engine.tenant, timeoutMs: 150_000 }).catch((error: unknown) => error);
  process.stderr.write(`ended ${JSON.stringify(e)} ${Date.now() - t0} first send ${(receiver.received[0]?.at ?? 0) - t0}\n`);
  await engine.close(); await receiver.close();
  expect(1).toBe(1);
}, 200_000);
