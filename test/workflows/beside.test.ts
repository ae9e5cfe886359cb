import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { AnswerOptions, SeenRun, ShownQuestion } from '../../client/index.ts';
import { type ClientStore, type LedgerEntry, openClientStore } from '../../gate/client-store.ts';
import type { InputOf } from '../../jobs/index.ts';
import { crowd } from '../fixtures/crowd/job.ts';
import { eventually } from '../fixtures/eventually.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { type Behaviour, type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { sharedStack } from '../stack-addresses.ts';
import { filing, topicOf } from './desk-under-test.ts';
import { holdCall } from './held-call.ts';
import { type RecordedEvent, type RecordedHistory, stepsOf } from './recorded-history.ts';

/** Finds everything but what is down. */
const partly: Behaviour = (request, count) =>
  request.path.endsWith('topic=down') ? { status: 503 } : filing(request, count);
/** Takes notes and does not find them again. */
const losing: Behaviour = (request, count) =>
  request.path.startsWith('/notes') ? { status: 404 } : partly(request, count);

let receiver: Receiver;
let engine: ProbeEngine;
let store: ClientStore;
let connection: Connection;

beforeAll(async () => {
  receiver = await startReceiver();
  store = await openClientStore({ databaseUrl: sharedStack().database.clientUrl });
  connection = await Connection.connect({ address: sharedStack().temporal.address });
  engine = await startProbe({ jobs: ['test/fixtures/crowd'], systems: { receiver: { address: receiver.address } } });
});

afterAll(async () => {
  await engine.close();
  await store.close();
  await connection.close();
  await receiver.close();
});

beforeEach(() => receiver.behave(partly));

async function start(
  scenario: InputOf<typeof crowd>['scenario'],
  more: { at?: string | number } = {},
): Promise<string> {
  const { client, tenant } = engine;
  return (await client.start(crowd, { run: randomUUID(), scenario, ...more }, { tenant })).runId;
}

function view(runId: string): Promise<SeenRun> {
  return engine.client.view(runId, { tenant: engine.tenant });
}

function ended(runId: string): Promise<SeenRun> {
  return engine.client.wait(runId, { tenant: engine.tenant, timeoutMs: 40_000 });
}

function questionOf(runId: string, name: string): Promise<ShownQuestion> {
  return eventually(async () => {
    const question = await engine.client.question(runId, { tenant: engine.tenant });
    return question?.name === name ? question : undefined;
  });
}

function answer(runId: string, more: Partial<AnswerOptions> = {}): Promise<string> {
  const { client, tenant } = engine;
  return client.answer(runId, { answer: { kind: 'happened' }, actor: 'ada', evidence: 'seen', tenant, ...more });
}

/** The ledger knows of a doubt before the run asks about it. */
async function answerOnceAsked(runId: string, more: Partial<AnswerOptions>): Promise<void> {
  await eventually(() => answer(runId, more).catch(notAskedYet));
}

function notAskedYet(error: unknown): undefined {
  expect(error).toMatchObject({ code: 'invalid-input', message: expect.stringContaining('asks nothing') });
}

async function callAt(runId: string, stepPath: string): Promise<LedgerEntry | undefined> {
  const ledger = await store.runs.ledger(engine.tenant, runId as Parameters<typeof store.runs.ledger>[1]);
  return ledger.find((entry) => entry.stepPath === stepPath);
}

async function historyOf(runId: string): Promise<RecordedHistory> {
  const history = await new Client({ connection }).workflow.getHandle(runId).fetchHistory();
  return JSON.parse(historyToJSON(history)) as RecordedHistory;
}

// No other timer of such a run is that short.
function isWaitForOthers({ timerStartedEventAttributes: timer }: RecordedEvent): boolean {
  return timer?.startToFireTimeout === '30s';
}

test('a step that ends the run lets an effect beside it be settled and read back first [gate.read-back] [workflow.beside]', async () => {
  receiver.behave((request, count) => {
    if (topicOf(request.body) === 'snow') return { status: 422, body: { message: 'no snow' }, delayMs: 300 };
    return topicOf(request.body) === 'rain'
      ? { status: 200, body: { text: 'noted' }, delayMs: 2_000 }
      : partly(request, count);
  });
  const runId = await start('notes');
  expect((await ended(runId)).end?.code).toBe('refused-by-receiver');
  expect(await callAt(runId, 'note:rain')).toMatchObject({ state: 'verified' });
});

test('an effect beside the step that ended the run is asked about by nobody, and the ledger says that it is not known [workflow.beside]', async () => {
  receiver.behave((request, count) =>
    topicOf(request.body) === 'snow' ? { status: 422, delayMs: 1_000 } : losing(request, count),
  );
  const runId = await start('notes');
  await questionOf(runId, 'note:rain');
  expect((await ended(runId)).end?.code).toBe('refused-by-receiver');
  expect(await callAt(runId, 'note:rain')).toMatchObject({ state: 'unknown' });
});

test('an answer that has an effect repeated is written down in a run that is ending, and nothing is sent any more [workflow.beside] [question.unknown-effect]', async () => {
  receiver.behave(losing);
  const runId = await start('notes');
  await eventually(async () => {
    const states = await Promise.all(['rain', 'snow'].map((topic) => callAt(runId, `note:${topic}`)));
    return states.every((call) => call?.state === 'unknown') ? true : undefined;
  });
  const held = await holdCall(runId, 'note:rain');
  await answerOnceAsked(runId, { question: 'note:rain', answer: { kind: 'did-not-happen', next: 'repeat' } });
  await held.wanted();
  await answerOnceAsked(runId, { question: 'note:snow', answer: { kind: 'did-not-happen', next: 'end' } });
  // The run has begun to end: it waits for what is still under way.
  await eventually(async () => ((await historyOf(runId)).events.some(isWaitForOthers) ? true : undefined));
  await held.letGo();
  expect((await ended(runId)).end?.code).toBe('rejected');
  expect(stepsOf(await historyOf(runId)).filter((step) => step === 'note:rain')).toHaveLength(1);
});

test('of two questions at once each is shown and answered in its turn, and of two answers at once one counts [question.once] [question.several]', async () => {
  receiver.behave(losing);
  const runId = await start('notes');
  const { name } = await eventually(() => engine.client.question(runId, { tenant: engine.tenant }));
  const other = name === 'note:snow' ? 'note:rain' : 'note:snow';
  const both = await Promise.allSettled([
    answer(runId, { question: name }),
    answer(runId, { question: name, answer: { kind: 'did-not-happen', next: 'end' }, actor: 'bob' }),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  if (both[0].status === 'rejected') return;
  await questionOf(runId, other);
  await answer(runId);
  expect((await ended(runId)).status).toBe('completed');
});

test('a question is shown before what the run waits for beside it [question.several]', async () => {
  // Down at first, so that both wait; then the note is taken and lost.
  let down = true;
  receiver.behave((request, count) => (down ? { status: 503 } : losing(request, count)));
  const runId = await start('look-and-note');
  await eventually(async () => ((await view(runId)).waitingFor?.kind === 'unavailable' ? true : undefined));
  down = false;
  const question = await questionOf(runId, 'note');
  expect((await view(runId)).waitingFor?.name).toBe('note');
  await answer(runId, { question: question.name });
  await eventually(async () => ((await view(runId)).waitingFor?.name === 'look' ? true : undefined));
  receiver.behave(filing);
  await engine.client.resume(runId, { actor: 'ada', tenant: engine.tenant });
  expect((await ended(runId)).status).toBe('completed');
});

test('a reminder whose system is down holds up neither the signal nor the run [steps.reminders]', async () => {
  const runId = await start('reminded');
  await eventually(async () => receiver.received.some(({ path }) => path.endsWith('topic=down')) || undefined);
  await eventually(async () => ((await view(runId)).waitingFor?.reminders === 1 ? true : undefined));
  await engine.client.signal(runId, { name: 'release', actor: 'ada', tenant: engine.tenant });
  expect((await ended(runId)).status).toBe('completed');
});

test.each([
  ['2026-02-30T08:00:00Z', '"2026-02-30T08:00:00Z"'],
  ['2026-13-01T08:00:00Z', '"2026-13-01T08:00:00Z"'],
  ['tomorrow', '"tomorrow"'],
  [1e300, '1e+300'],
])('a run that is to sleep until %j ends with a sentence that says so [steps.sleep-until]', async (at, said) => {
  expect((await ended(await start('asleep', { at }))).end).toEqual({
    code: 'invalid-job',
    sentence: `The moment "morning" is ${said}; write it as 2026-12-01T08:00:00Z, with an offset, or in milliseconds since the epoch.`,
  });
});

test('an answer that no worker was there to take is taken under its id once one is, and once [question.once]', async () => {
  receiver.behave((request, count) =>
    topicOf(request.body) === 'snow' ? filing(request, count) : losing(request, count),
  );
  const runId = await start('look-and-note');
  await questionOf(runId, 'note');
  await Promise.all(engine.workers.map((worker) => worker.kill()));
  await expect(answer(runId, { question: 'note', id: 'late' })).rejects.toMatchObject({ code: 'unavailable' });
  await engine.startWorker(0);
  await Promise.allSettled([
    answer(runId, { question: 'note', id: 'late' }),
    answer(runId, { question: 'note', id: 'late' }),
  ]);
  receiver.behave(filing);
  await eventually(async () => ((await callAt(runId, 'note'))?.state === 'accepted' ? true : undefined));
  await engine.client.resume(runId, { actor: 'ada', tenant: engine.tenant });
  expect((await ended(runId)).status).toBe('completed');
  expect(await callAt(runId, 'note')).toMatchObject({ state: 'accepted', decisionId: 'late' });
});
