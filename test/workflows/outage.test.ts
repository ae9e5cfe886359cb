import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SeenRun } from '../../client/index.ts';
import { callOf } from '../../gate/database.ts';
import { eventually } from '../fixtures/eventually.ts';
import { hurry } from '../fixtures/hurry/job.ts';
import { onOwn } from '../fixtures/on-own.ts';
import { calls, type ModelScript, startScriptedModel } from '../fixtures/scripted-model.ts';
import { databaseAs } from '../gate/fixture.ts';
import { type DeskUnderTest, looks, startDesk, submit } from './desk-under-test.ts';

const GOOD = { topic: 'rain', score: 5 };
const HURRY_MS = 3_000;
const CREDENTIAL = 'sk-never-shown-4711';
const NOT_READABLE =
  /^The endpoint at http:\/\/127\.0\.0\.1:\d+ answered without a message; is it an OpenAI-compatible server\?$/;

let desk: DeskUnderTest;
let abroad: DeskUnderTest;

beforeAll(async () => {
  [desk, abroad] = await Promise.all([
    startDesk({ credential: CREDENTIAL }),
    startDesk({ cleared: ['public', 'internal'] }),
  ]);
});

afterAll(async () => {
  await Promise.all([desk.close(), abroad.close()]);
});

// The outages that last for seconds do so at the same time, each with a model and a receiver for itself.

test.concurrent('while an endpoint gives no usable answer its runs wait, say which endpoint, and go on by themselves [model.unreachable]', async () => {
  const bad: readonly [ModelScript, RegExp][] = [
    [() => ({ status: 200, text: '<html>Welcome!</html>' }), NOT_READABLE],
    [() => ({ json: { object: 'chat.completion', choices: [] } }), NOT_READABLE],
    [() => ({ json: null }), NOT_READABLE],
    [() => ({ status: 500, text: 'oops' }), /^The endpoint "scripted" answered 500: [^\n]*oops[^\n]*\.$/],
    [
      () => ({ status: 429, text: 'slow down', retryAfter: 1 }),
      /^The endpoint "scripted" answered 429: [^\n]*slow down[^\n]*\.$/,
    ],
    [
      () => ({ status: 404, text: 'no such model' }),
      /^The endpoint "scripted" answered 404: [^\n]*no such model[^\n]*; mend its `address` or `model` in temporal\.yaml\.$/,
    ],
  ];
  // One after the other: what cools an endpoint down for one run does so for all.
  for (const [script, sentence] of bad) {
    desk.model.script(script);
    const started = await desk.start('ask');
    const { waitingFor } = await eventually(() => seenWaiting(desk, started));
    expect(waitingFor).toMatchObject({ kind: 'unavailable', name: 'ask/turn-1' });
    expect(waitingFor?.sentence).toMatch(sentence);
    desk.model.script(() => submit(GOOD));
    await readmit(desk);
    await desk.client.resume(started.runId, { actor: 'test', tenant: desk.tenant });
    expect(await desk.ended(started)).toMatchObject({ status: 'completed', turns: 1 });
  }
});

test.concurrent('a system that is down makes an agent wait for its tool, and the other calls of the turn stay done', () =>
  onOwn(startDesk, async (desk) => {
    desk.receiver.behave(({ path }) => ({ status: path.endsWith('rain') ? 503 : 200, body: { text: 'found' } }));
    desk.model.script((_, turn) => (turn === 1 ? looks('rain', 'snow') : submit(GOOD)));
    const before = desk.receiver.received.length;
    const started = await desk.start('ask');
    const { waitingFor } = await eventually(() => seenWaiting(desk, started));
    expect(waitingFor).toMatchObject({
      name: 'ask/turn-1/look',
      sentence: expect.stringContaining('The system "receiver" answered 503'),
    });
    desk.receiver.behave(() => ({ status: 200, body: { text: 'found' } }));
    expect((await desk.ended(started)).status).toBe('completed');
    const asked = desk.receiver.received.slice(before).map(({ path }) => path);
    expect(asked.filter((path) => path.endsWith('snow'))).toHaveLength(1);
  }));

test.concurrent('an outage that lasts longer than an agent may work takes nothing of its time [model.unreachable] [workflow.agent-ends]', () =>
  onOwn(startDesk, async (desk) => {
    const { client, tenant, model } = desk;
    model.script(() => ({ status: 503, text: 'down' }));
    const started = await client.start(hurry, { run: randomUUID() }, { tenant });
    await eventually(() => seenWaiting(desk, started));
    await delay(HURRY_MS + 500);
    model.script(() => calls({ name: 'submit', arguments: { topic: 'rain' } }));
    await client.resume(started.runId, { actor: 'test', tenant });
    expect(await desk.ended(started)).toMatchObject({ status: 'completed', turns: 1 });
  }));

test.concurrent('a run whose endpoint goes down between two turns loses nothing and goes on when it is back [model.unreachable]', () =>
  onOwn(startDesk, async (desk) => {
    const { client, tenant, model, receiver } = desk;
    model.script(() => looks('rain'));
    receiver.behave(() => ({ status: 200, body: { text: 'found' }, delayMs: 500 }));
    const before = receiver.received.length;
    const started = await desk.start('ask');
    await eventually(() => receiver.received[before]);
    await model.close();
    const waiting = await eventually(() => seenWaiting(desk, started));
    expect(waiting).toMatchObject({
      status: 'waiting',
      turns: 1,
      waitingFor: { kind: 'unavailable', name: 'ask/turn-2' },
    });
    expect(waiting.waitingFor?.sentence).toMatch(
      /^The endpoint "scripted" cannot be reached \([^\n]*\); nothing was sent\.$/,
    );
    const listed = await eventually(async () => (await client.list({ tenant, status: 'waiting' }))[0]);
    expect(listed).toMatchObject({ runId: started.runId, waitingFor: { kind: 'unavailable' } });
    const back = await startScriptedModel(Number(new URL(model.address).port));
    back.script(() => submit(GOOD));
    expect(await desk.ended(started)).toMatchObject({ status: 'completed', turns: 2 });
    expect(receiver.received).toHaveLength(before + 1);
    expect(back.requests[0]?.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool']);
    await back.close();
  }));

test('an endpoint that is not cleared for the data of the job is never called, and the run says who can change it [model.cleared]', async () => {
  const run = await abroad.ended(await abroad.start('ask'));
  expect(run).toMatchObject({ status: 'failed', end: { code: 'not-cleared' }, modelCalls: 0 });
  expect(run.end?.sentence).toContain('"scripted" is not cleared for confidential data');
  expect(run.end?.sentence).toContain('HOLDFAST_CLEARED');
  expect(abroad.model.requests).toEqual([]);
});

test('credentials are on the wire and nowhere that a tool can look [gate.credentials-hidden]', async () => {
  const { client, tenant, model, receiver } = desk;
  model.script(() => submit(GOOD));
  await desk.ended(await desk.start('ask'));
  const peeked = await desk.ended(await desk.start('peek'));
  expect(model.requests.at(-1)?.authorization).toBe(`Bearer ${CREDENTIAL}`);
  expect(receiver.received.at(-1)?.authorization).toBe(`Bearer ${CREDENTIAL}`);
  const { seen } = (await client.result(peeked.runId, { tenant })) as { seen: string };
  expect(seen).toContain(tenant);
  expect(seen).not.toContain(CREDENTIAL);
});

test('a run that waits for what was down tries again at once when it is resumed [model.unreachable]', async () => {
  const { client, tenant, model } = desk;
  model.script(() => ({ status: 503, text: 'come back later' }));
  const started = await desk.start('ask');
  await eventually(() => seenWaiting(desk, started));
  const asked = model.requests.length;
  model.script(() => submit(GOOD));
  await client.resume(started.runId, { actor: 'test', tenant });
  expect((await desk.ended(started)).status).toBe('completed');
  expect(model.requests.length - asked).toBe(1);
});

async function seenWaiting(
  { client, tenant }: DeskUnderTest,
  { runId }: { runId: string },
): Promise<SeenRun | undefined> {
  const seen = await client.view(runId, { tenant });
  return seen.waitingFor === undefined ? undefined : seen;
}

// What a worker does when it starts: whoever mended the configuration has started it anew.
async function readmit({ model }: DeskUnderTest): Promise<void> {
  const gate = databaseAs('gate', 1);
  await gate.query(callOf('readmit_endpoints', 2), [['scripted'], [model.address]]);
  await gate.close();
}
