import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { startProbe, type ProbeEngine } from '../fixtures/probe-engine.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { type ApiProcess, startApiProcess } from './api-process.ts';
import { apiSettings, type ApiUnderTest, ask, startApiUnderTest } from './fixture.ts';

let receiver: Receiver;
let probe: ProbeEngine;
let api: ApiUnderTest;
let ada: string;

beforeAll(async () => {
  receiver = await startReceiver();
  receiver.behave(() => ({ status: 200, body: { id: 'stamp-1' }, delayMs: 60 }));
  probe = await startProbe({ systems: { receiver: { address: receiver.address } } });
  api = await startApiUnderTest({ taskQueue: probe.taskQueue, tenant: probe.tenant });
  ada = await api.token('ada');
});

afterAll(async () => {
  await api?.close();
  await probe?.close();
  await receiver?.close();
});

interface Event {
  readonly id: string;
  readonly kind: string;
}

/** Follows a run until its stream ends or breaks; answers what came, and whether nothing more is to come. */
async function follow(
  address: string,
  runId: string,
  options: { after?: string | undefined; most?: number } = {},
): Promise<{ events: Event[]; status: number; broken: boolean }> {
  const { after, most = Infinity } = options;
  const events: Event[] = [];
  try {
    const response = await fetch(`${address}/v1/runs/${runId}/events`, {
      headers: { authorization: `Bearer ${ada}`, ...(after === undefined ? {} : { 'last-event-id': after }) },
    });
    if (response.body === null || response.status !== 200) return { events, status: response.status, broken: false };
    const parsed = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
    for await (const { id = '', event = '', data } of parsed) {
      expect(JSON.parse(data)).toMatchObject({ id, kind: event });
      events.push({ id, kind: event });
      if (events.length >= most) break;
    }
    return { events, status: 200, broken: false };
  } catch {
    return { events, status: 0, broken: true };
  }
}

async function start(run: string, count: number): Promise<string> {
  const body = { job: 'probe', input: { run, scenario: 'sequence', count } };
  return (await ask(api.address, 'POST /v1/runs', { token: ada, body })).body.runId;
}

async function wholeTimeline(runId: string): Promise<readonly Event[]> {
  const { body } = await ask(api.address, `GET /v1/runs/${runId}/timeline?limit=1000`, { token: ada });
  return body.events.map(({ id, kind }) => ({ id, kind }));
}

test('a stream tells everything as it happens and ends with the run [api.events]', async () => {
  const runId = await start('followed', 5);
  const { events } = await follow(api.address, runId);
  expect(events.at(-1)?.kind).toBe('run-ended');
  expect(events).toEqual(await wholeTimeline(runId));
  expect(events.filter(({ kind }) => kind === 'call-settled').length).toBeGreaterThanOrEqual(6);
  // Who comes back after the end is told that nothing follows.
  expect(await follow(api.address, runId, { after: events.at(-1)?.id })).toMatchObject({ status: 204, events: [] });
});

test('a stream that is left and taken up again anywhere loses and repeats nothing [api.events]', async () => {
  const runId = await start('left', 6);
  const told: Event[] = [];
  for (let parts = 0; parts < 100 && told.at(-1)?.kind !== 'run-ended'; parts += 1) {
    const { events } = await follow(api.address, runId, { after: told.at(-1)?.id, most: 1 + (parts % 3) });
    told.push(...events);
  }
  expect(told).toEqual(await wholeTimeline(runId));
});

function startAnother(port: number): Promise<ApiProcess> {
  return startApiProcess({ ...apiSettings([probe.tenant], { taskQueue: probe.taskQueue }), port });
}

test('a stream loses and repeats nothing over an API that is killed and started again [api.events]', async () => {
  let server = await startAnother(0);
  const { address } = server;
  const runId = await start('killed', 40);
  const told: Event[] = [];
  let kills = 0;
  const killSoon = async (): Promise<void> => {
    while (told.length < (kills + 1) * 12) await new Promise((resolve) => setTimeout(resolve, 20));
    await server.kill();
    kills += 1;
    server = await startAnother(Number(new URL(address).port));
  };
  const killing = (async () => {
    await killSoon();
    await killSoon();
  })();
  try {
    while (told.at(-1)?.kind !== 'run-ended') {
      const response = await followInto(address, runId, told);
      if (response === 'refused') await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await killing;
    expect(kills).toBe(2);
    expect(told).toEqual(await wholeTimeline(runId));
  } finally {
    await server.stop();
  }
});

/** Like {@link follow}, with each event kept as it comes. */
async function followInto(address: string, runId: string, told: Event[]): Promise<'ended' | 'refused'> {
  const after = told.at(-1)?.id;
  try {
    const response = await fetch(`${address}/v1/runs/${runId}/events`, {
      headers: { authorization: `Bearer ${ada}`, ...(after === undefined ? {} : { 'last-event-id': after }) },
    });
    const parsed = (response.body as ReadableStream<Uint8Array>)
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream());
    for await (const { id = '', event = '' } of parsed) told.push({ id, kind: event });
    return 'ended';
  } catch {
    return 'refused';
  }
}

test('an API that is asked to end closes its streams and lets what is under way finish [api.ends-clean]', async () => {
  const server = await startAnother(0);
  const body = { job: 'probe', input: { run: 'long-wait', scenario: 'signal' } };
  const { runId } = (await ask(api.address, 'POST /v1/runs', { token: ada, body })).body;
  const following = follow(server.address, runId);
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(await server.stop()).toBe(0);
  expect(await following).toMatchObject({ status: 200, broken: false });
});
