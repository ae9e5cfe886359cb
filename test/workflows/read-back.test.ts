import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { RunId, StepPath } from '../../domain/ids.ts';
import type { LedgerEntry } from '../../gate/client-store.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { probe } from '../fixtures/probe/job.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { endOfRun } from '../kills/end-of-run.ts';
import { LIMIT_MS, settledCall, UNKNOWN_END } from '../kills/observing.ts';

const STEP = 'stampMisread' as StepPath;

let receiver: Receiver;
let engine: ProbeEngine;

beforeAll(async () => {
  receiver = await startReceiver();
  engine = await startProbe({ systems: { receiver: { address: receiver.address } } });
}, LIMIT_MS);
beforeEach(() => {
  receiver.received.length = 0;
});
afterAll(async () => {
  await engine.close();
  await receiver.close();
});

/** Starts a run whose one effect reads back as the receiver answers it, and waits for what becomes of it. */
async function readBackOf(
  run: string,
  answer: { status: number; body: unknown },
): Promise<{ end: string; call: LedgerEntry; requests: readonly string[] }> {
  receiver.behave(({ method }) => (method === 'GET' ? answer : { status: 200, body: { id: 'stamped' } }));
  const { client, tenant } = engine;
  const started: { runId: RunId } = await client.start(probe, { run, scenario: 'misread' }, { tenant });
  const end = await endOfRun(engine, started.runId);
  const call = await settledCall(engine, started.runId, STEP);
  return { end, call, requests: receiver.received.map(({ method, path }) => `${method} ${path}`) };
}

test('an effect that reads back as it was sent is verified, and the run goes on [gate.read-back]', async () => {
  const { end, call, requests } = await readBackOf('same', { status: 200, body: { run: 'same', identity: '' } });
  expect([end, call.state]).toEqual(['completed', 'verified']);
  expect(requests).toEqual(['PUT /natural/same', 'GET /natural/same']);
});

test.each([
  ['other facts', { status: 200, body: { run: 'another', identity: '' } }, 'run is another instead of facts'],
  ['form', { status: 200, body: { text: 'no stamp' } }, 'the record'],
  ['nothing', { status: 404, body: {} }, 'cannot be read back'],
])(
  'an effect that was answered as done and reads back as %s is unknown, once sent, for a person to look at [gate.read-back]',
  async (name, answer, words) => {
    const run = name === 'other facts' ? 'facts' : name;
    const { end, call, requests } = await readBackOf(run, answer);
    expect([end, call.state]).toEqual([UNKNOWN_END, 'unknown']);
    expect(call.sentence).toContain(words);
    expect(requests).toEqual([`PUT /natural/${run}`, `GET /natural/${run}`]);
  },
);
