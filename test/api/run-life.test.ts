import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startProbe, type ProbeEngine } from '../fixtures/probe-engine.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { type ApiUnderTest, ask, type Body, curl, startApiUnderTest } from './fixture.ts';

let receiver: Receiver;
let probe: ProbeEngine;
let api: ApiUnderTest;
let ada: string;

beforeAll(async () => {
  receiver = await startReceiver();
  probe = await startProbe({ systems: { receiver: { address: receiver.address } } });
  api = await startApiUnderTest({ taskQueue: probe.taskQueue, tenant: probe.tenant });
  ada = await api.token('ada');
});

afterAll(async () => {
  await api?.close();
  await probe?.close();
  await receiver?.close();
});

const by = (token: string): readonly string[] => ['--header', `authorization: Bearer ${token}`];
const json = (value: unknown): readonly string[] => [
  '--header',
  'content-type: application/json',
  '--data',
  JSON.stringify(value),
];

/** Asks until an answer fits. */
async function until(path: string, fits: (body: Body) => boolean): Promise<Body> {
  for (let tries = 0; tries < 200; tries += 1) {
    const { body } = await curl(...by(ada), `${api.address}${path}`);
    if (fits(body)) return body;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${path} never fitted.`);
}

test('a run is started, watched, paused, resumed, signalled, listed and cancelled by curl alone [api.run-life]', async () => {
  const input = { run: 'by-curl', scenario: 'signal' };
  const started = await curl(...by(ada), ...json({ job: 'probe', input }), `${api.address}/v1/runs`);
  expect(started).toMatchObject({ status: 201, body: { existing: false } });
  const { runId } = started.body;
  const again = await curl(...by(ada), ...json({ job: 'probe', input }), `${api.address}/v1/runs`);
  expect(again).toMatchObject({ status: 200, body: { runId, existing: true } });
  const run = `${api.address}/v1/runs/${runId}`;

  const waiting = await until(`/v1/runs/${runId}`, ({ status }) => status === 'waiting');
  expect(waiting).toMatchObject({ runId, job: 'probe', actor: 'ada', waitingFor: { kind: 'signal' } });
  expect(await curl(...by(ada), ...json({ reason: 'lunch' }), `${run}/pause`)).toMatchObject({
    status: 200,
    body: { runId, status: 'paused' },
  });
  await until(`/v1/runs?status=paused`, ({ runs }) => runs.length === 1);
  expect(await curl(...by(ada), '--request', 'POST', `${run}/resume`)).toMatchObject({
    status: 200,
    body: { runId, status: 'waiting' },
  });
  const signal = { name: waiting.waitingFor.name, payload: { amount: 3 }, id: 'mail-1' };
  expect(await curl(...by(ada), ...json(signal), `${run}/signal`)).toMatchObject({
    status: 202,
    body: { runId, taken: true },
  });
  expect(await until(`/v1/runs/${runId}`, ({ status }) => status === 'completed')).toMatchObject({ live: true });
  expect(await curl(...by(ada), `${run}/result`)).toMatchObject({ status: 200, body: { runId } });

  const { body: timeline } = await curl(...by(ada), `${run}/timeline`);
  const kinds = timeline.events.map(({ kind }) => kind);
  expect(kinds[0]).toBe('run-started');
  expect(kinds.at(-1)).toBe('run-ended');
  expect(timeline.events).toContainEqual(
    expect.objectContaining({ kind: 'decision-made', decision: 'pause', actor: 'ada' }),
  );
  expect(timeline.events).toContainEqual(expect.objectContaining({ kind: 'status-noted', status: 'paused' }));
});

test('a run is cancelled by curl, and its end is told [api.run-life]', async () => {
  const input = { run: 'to-cancel', scenario: 'signal' };
  const { body } = await curl(...by(ada), ...json({ job: 'probe', input }), `${api.address}/v1/runs`);
  await until(`/v1/runs/${body.runId}`, ({ status }) => status === 'waiting');
  const cancelled = await curl(...by(ada), ...json({}), `${api.address}/v1/runs/${body.runId}/cancel`);
  expect(cancelled).toMatchObject({ status: 202, body: { taken: true } });
  const seen = await until(`/v1/runs/${body.runId}`, ({ status }) => status === 'cancelled');
  expect(seen).toMatchObject({ end: { code: 'cancelled' } });
  const late = await curl(...by(ada), ...json({}), `${api.address}/v1/runs/${body.runId}/pause`);
  expect(late).toMatchObject({ status: 409, body: { code: 'run-ended' } });
});

test('a run is forked by curl: what is in the way is named first, and both runs tell of each other [api.run-life] [fork.collisions]', async () => {
  const input = { run: 'to-fork', scenario: 'native' };
  const { body: source } = await curl(...by(ada), ...json({ job: 'probe', input }), `${api.address}/v1/runs`);
  await until(`/v1/runs/${source.runId}`, ({ status }) => status === 'completed');
  const forks = `${api.address}/v1/runs/${source.runId}/forks`;
  const from = 'stampNative';
  expect(await curl(...by(ada), ...json({ from }), forks)).toMatchObject({
    status: 409,
    body: { code: 'conflict', detail: expect.stringContaining(`stamp_native of ${source.runId} at stampNative`) },
  });
  const machine = await api.token('machine');
  const edited = { from, despiteCollisions: true, edit: { steps: { stampOf: { run: 'to-fork', identity: 'other' } } } };
  expect(await curl(...by(machine), ...json(edited), forks)).toMatchObject({
    status: 403,
    body: { code: 'forbidden', detail: expect.stringContaining('approver or admin') },
  });
  const made = await curl(...by(ada), ...json({ ...edited, id: 'fork-1' }), forks);
  expect(made).toMatchObject({ status: 201, body: { source: source.runId, existing: false, copied: 2 } });
  const { runId } = made.body;
  expect(await curl(...by(ada), ...json({ ...edited, id: 'fork-1' }), forks)).toMatchObject({
    status: 200,
    body: { runId, existing: true },
  });
  const forkOf = { runId: source.runId, from, copied: 2, edited: ['stampOf'], actor: 'ada' };
  expect(await until(`/v1/runs/${runId}`, ({ status }) => status === 'completed')).toMatchObject({ forkOf });
  const { body: seen } = await curl(...by(ada), `${api.address}/v1/runs/${source.runId}`);
  expect(seen).toMatchObject({ forks: [{ runId, from, actor: 'ada' }] });
  expect(receiver.received.at(-1)?.body).toEqual({ run: 'to-fork', identity: 'other' });
});

test('100 starts of one identity at once make one run [api.start-once]', async () => {
  const input = { run: 'at-once', scenario: 'sequence', count: 1 };
  const start = () => ask(api.address, 'POST /v1/runs', { token: ada, body: { job: 'probe', input } });
  const answers = await Promise.all(Array.from({ length: 100 }, start));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(99);
  expect(new Set(answers.map(({ body }) => body.runId)).size).toBe(1);
});
