import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AnswerOptions } from '../../client/index.ts';
import type { RunId } from '../../domain/ids.ts';
import { eventually } from '../fixtures/eventually.ts';
import { onOwn } from '../fixtures/on-own.ts';
import type { Behaviour } from '../fixtures/receiver.ts';
import { type CrowdUnderTest, partly, startCrowd } from './crowd-under-test.ts';
import { filing, topicOf } from './desk-under-test.ts';
import { holdCall } from './held-call.ts';
import { type RecordedEvent, stepsOf } from './recorded-history.ts';

/** Takes notes and does not find them again. */
const losing: Behaviour = (request, count) =>
  request.path.startsWith('/notes') ? { status: 404 } : partly(request, count);

let crowd: CrowdUnderTest;

beforeAll(async () => {
  crowd = await startCrowd();
});

afterAll(async () => {
  await crowd.close();
});

/** The ledger knows of a doubt before the run asks about it. */
async function answerOnceAsked(runId: RunId, more: Partial<AnswerOptions>): Promise<void> {
  await eventually(() => crowd.answer(runId, more).catch(notAskedYet));
}

function notAskedYet(error: unknown): undefined {
  expect(error).toMatchObject({ code: 'invalid-input', message: expect.stringContaining('asks nothing') });
}

// No other timer of such a run is that short.
function isWaitForOthers({ timerStartedEventAttributes: timer }: RecordedEvent): boolean {
  return timer?.startToFireTimeout === '30s';
}

// The three that wait longest run at the same time, and before the others.

test.concurrent('a question is shown before what the run waits for beside it [question.several]', () =>
  onOwn(startCrowd, async (own) => {
    // Down at first, so that both wait; then the note is taken and lost.
    let down = true;
    own.receiver.behave((request, count) => (down ? { status: 503 } : losing(request, count)));
    const runId = await own.start('look-and-note');
    await eventually(async () => ((await own.view(runId)).waitingFor?.kind === 'unavailable' ? true : undefined));
    down = false;
    const question = await own.questionOf(runId, 'note');
    expect((await own.view(runId)).waitingFor?.name).toBe('note');
    await own.answer(runId, { question: question.name });
    await eventually(async () => ((await own.view(runId)).waitingFor?.name === 'look' ? true : undefined));
    own.receiver.behave(filing);
    await own.engine.client.resume(runId, { actor: 'ada', tenant: own.engine.tenant });
    expect((await own.ended(runId)).status).toBe('completed');
  }));

test.concurrent('a reminder whose system is down holds up neither the signal nor the run [steps.reminders]', async () => {
  const runId = await crowd.start('reminded');
  await eventually(async () => crowd.receiver.received.some(({ path }) => path.endsWith('topic=down')) || undefined);
  await eventually(async () => ((await crowd.view(runId)).waitingFor?.reminders === 1 ? true : undefined));
  await crowd.engine.client.signal(runId, { name: 'release', actor: 'ada', tenant: crowd.engine.tenant });
  expect((await crowd.ended(runId)).status).toBe('completed');
});

test.concurrent('an answer that no worker was there to take is taken under its id once one is, and once [question.once]', () =>
  onOwn(startCrowd, async (own) => {
    own.receiver.behave((request, count) =>
      topicOf(request.body) === 'snow' ? filing(request, count) : losing(request, count),
    );
    const runId = await own.start('look-and-note');
    await own.questionOf(runId, 'note');
    await Promise.all(own.engine.workers.map((worker) => worker.kill()));
    await expect(own.answer(runId, { question: 'note', id: 'late' })).rejects.toMatchObject({ code: 'unavailable' });
    await own.engine.startWorker(0);
    await Promise.allSettled([
      own.answer(runId, { question: 'note', id: 'late' }),
      own.answer(runId, { question: 'note', id: 'late' }),
    ]);
    own.receiver.behave(filing);
    await eventually(async () => ((await own.callAt(runId, 'note'))?.state === 'accepted' ? true : undefined));
    await own.engine.client.resume(runId, { actor: 'ada', tenant: own.engine.tenant });
    expect((await own.ended(runId)).status).toBe('completed');
    expect(await own.callAt(runId, 'note')).toMatchObject({ state: 'accepted', decisionId: 'late' });
  }));

test('a step that ends the run lets an effect beside it be settled and read back first [gate.read-back] [workflow.beside]', async () => {
  crowd.receiver.behave((request, count) => {
    if (topicOf(request.body) === 'snow') return { status: 422, body: { message: 'no snow' }, delayMs: 300 };
    return topicOf(request.body) === 'rain'
      ? { status: 200, body: { text: 'noted' }, delayMs: 2_000 }
      : partly(request, count);
  });
  const runId = await crowd.start('notes');
  expect((await crowd.ended(runId)).end?.code).toBe('refused-by-receiver');
  expect(await crowd.callAt(runId, 'note:rain')).toMatchObject({ state: 'verified' });
});

test('an effect beside the step that ended the run is asked about by nobody, and the ledger says that it is not known [workflow.beside]', async () => {
  crowd.receiver.behave((request, count) =>
    topicOf(request.body) === 'snow' ? { status: 422, delayMs: 1_000 } : losing(request, count),
  );
  const runId = await crowd.start('notes');
  await crowd.questionOf(runId, 'note:rain');
  expect((await crowd.ended(runId)).end?.code).toBe('refused-by-receiver');
  expect(await crowd.callAt(runId, 'note:rain')).toMatchObject({ state: 'unknown' });
});

test('an answer that has an effect repeated is written down in a run that is ending, and nothing is sent any more [workflow.beside] [question.unknown-effect]', async () => {
  crowd.receiver.behave(losing);
  const runId = await crowd.start('notes');
  await eventually(async () => {
    const states = await Promise.all(['rain', 'snow'].map((topic) => crowd.callAt(runId, `note:${topic}`)));
    return states.every((call) => call?.state === 'unknown') ? true : undefined;
  });
  const held = await holdCall(runId, 'note:rain');
  await answerOnceAsked(runId, { question: 'note:rain', answer: { kind: 'did-not-happen', next: 'repeat' } });
  await held.wanted();
  await answerOnceAsked(runId, { question: 'note:snow', answer: { kind: 'did-not-happen', next: 'end' } });
  // The run has begun to end: it waits for what is still under way.
  await eventually(async () => ((await crowd.historyOf(runId)).events.some(isWaitForOthers) ? true : undefined));
  await held.letGo();
  expect((await crowd.ended(runId)).end?.code).toBe('rejected');
  expect(stepsOf(await crowd.historyOf(runId)).filter((step) => step === 'note:rain')).toHaveLength(1);
});

test('of two questions at once each is shown and answered in its turn, and of two answers at once one counts [question.once] [question.several]', async () => {
  crowd.receiver.behave(losing);
  const runId = await crowd.start('notes');
  const { name } = await eventually(() => crowd.engine.client.question(runId, { tenant: crowd.engine.tenant }));
  const other = name === 'note:snow' ? 'note:rain' : 'note:snow';
  const both = await Promise.allSettled([
    crowd.answer(runId, { question: name }),
    crowd.answer(runId, { question: name, answer: { kind: 'did-not-happen', next: 'end' }, actor: 'bob' }),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  if (both[0].status === 'rejected') return;
  await crowd.questionOf(runId, other);
  await crowd.answer(runId);
  expect((await crowd.ended(runId)).status).toBe('completed');
});

test.each([
  ['2026-02-30T08:00:00Z', '"2026-02-30T08:00:00Z"'],
  ['2026-13-01T08:00:00Z', '"2026-13-01T08:00:00Z"'],
  ['tomorrow', '"tomorrow"'],
  [1e300, '1e+300'],
])('a run that is to sleep until %j ends with a sentence that says so [steps.sleep-until]', async (at, said) => {
  expect((await crowd.ended(await crowd.start('asleep', { at }))).end).toEqual({
    code: 'invalid-job',
    sentence: `The moment "morning" is ${said}; write it as 2026-12-01T08:00:00Z, with an offset, or in milliseconds since the epoch.`,
  });
});
