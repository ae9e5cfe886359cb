import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AnswerOptions, SeenRun, ShownQuestion } from '../../client/index.ts';
import { type ClientStore, type LedgerEntry, openClientStore } from '../../gate/client-store.ts';
import { eventually } from '../fixtures/eventually.ts';
import type { ModelScript } from '../fixtures/scripted-model.ts';
import { sharedStack } from '../stack-addresses.ts';
import { type DeskRun, type DeskUnderTest, filing, notes, startDesk, submit } from './desk-under-test.ts';
import { holdCall } from './held-call.ts';

// Long enough that a call which is not held would have reached the receiver.
const HELD_MS = 1_000;
const GOOD = { topic: 'rain', score: 5 };
const TOO_HIGH = { topic: 'rain', score: 11 };
const FORGED = { topic: 'forged', score: 5 };
const LOST: Parameters<DeskUnderTest['receiver']['behave']>[0] = ({ path }) =>
  path.startsWith('/notes')
    ? { status: 404, body: { error: 'no such note' } }
    : { status: 200, body: { text: 'done' } };

let desk: DeskUnderTest;
let store: ClientStore;

beforeAll(async () => {
  desk = await startDesk();
  store = await openClientStore({ databaseUrl: sharedStack().database.clientUrl });
});

afterAll(async () => {
  await store.close();
  await desk.close();
});

/** Starts a run and waits until it asks a person. */
async function asking(scenario: 'ask' | 'note', script?: ModelScript): Promise<DeskRun & { question: ShownQuestion }> {
  if (script !== undefined) desk.model.script(script);
  const run = await desk.start(scenario);
  return { ...run, question: await questionOf(run) };
}

function questionOf(run: DeskRun, other = ''): Promise<ShownQuestion> {
  return eventually(async () => {
    const question = await desk.client.question(run.runId, { tenant: desk.tenant });
    return question?.sentence === other ? undefined : question;
  });
}

function answer(run: DeskRun, given: AnswerOptions['answer'], more: Partial<AnswerOptions> = {}): Promise<string> {
  const { client, tenant } = desk;
  return client.answer(run.runId, { answer: given, actor: 'ada', evidence: 'seen in the archive', tenant, ...more });
}

async function callAt(run: DeskRun, stepPath: string): Promise<LedgerEntry | undefined> {
  return (await store.runs.ledger(desk.tenant, run.runId)).find((entry) => entry.stepPath === stepPath);
}

test('after a second output that fails a person sees source, artefact and findings, and a correction is verified before it counts [ladder.person]', async () => {
  const run = await asking('ask', () => submit(TOO_HIGH));
  expect(run.question).toMatchObject({
    name: 'ask',
    question: 'correction',
    answers: ['corrected', 'rejected'],
    sentence:
      'A person must correct what "ask" made, or reject what it was made from: score-in-range: The score 11 is above 10.',
    findings: [{ of: 'output', rule: 'score-in-range', field: 'score' }],
    source: { run: run.name, scenario: 'ask' },
    artefact: TOO_HIGH,
  });
  await answer(run, { kind: 'corrected', output: { topic: 'rain', score: 12 } });
  const again = await questionOf(run, run.question.sentence);
  expect(again).toMatchObject({ artefact: { score: 12 }, findings: [{ sentence: 'The score 12 is above 10.' }] });
  await answer(run, { kind: 'corrected', output: GOOD });
  const ended = await desk.ended(run);
  expect(ended).toMatchObject({ status: 'completed', turns: 2 });
  expect(await desk.client.result(run.runId, { tenant: desk.tenant })).toEqual(GOOD);
});

test('a person who rejects ends the run rejected, with name and evidence [ladder.person] [workflow.ends-by-code]', async () => {
  const run = await asking('ask', () => submit(TOO_HIGH));
  await answer(run, { kind: 'rejected' });
  expect((await desk.ended(run)).end).toEqual({
    code: 'rejected',
    sentence: 'ada rejected it (seen in the archive): score-in-range: The score 11 is above 10.',
  });
});

test('a correction whose source is found wrong ends the run rejected like a model’s [ladder.person]', async () => {
  const run = await asking('ask', () => submit(TOO_HIGH));
  await answer(run, { kind: 'corrected', output: FORGED });
  expect((await desk.ended(run)).end).toEqual({
    code: 'rejected',
    sentence: 'topic-on-file: The topic "forged" is not on file.',
  });
});

test('a refusal of the model goes to a person at once and to no other model [ladder.person]', async () => {
  const before = desk.model.requests.length;
  const run = await asking('ask', () => ({
    message: { role: 'assistant', content: null, refusal: 'I cannot help with that.' },
    finish: 'stop',
  }));
  expect(run.question).toMatchObject({ findings: [], artefact: undefined });
  expect(run.question.sentence).toContain('The model refused: I cannot help with that.');
  expect(desk.model.requests.length - before).toBe(1);
  await answer(run, { kind: 'corrected', output: GOOD });
  expect((await desk.ended(run)).status).toBe('completed');
});

test.each<[string, Partial<AnswerOptions>, string]>([
  ['of another kind', { answer: { kind: 'happened' } }, '"ask" takes the answers corrected and rejected, not happened'],
  ['that does not fit the schema', { answer: { kind: 'corrected', output: { topic: 'rain' } } }, 'score'],
  ['without evidence', { evidence: ' ' }, 'An answer needs its evidence'],
  ['with evidence that cannot be kept', { evidence: 'half a \ud800' }, 'An answer needs its evidence'],
  ['that is none', { answer: null as never }, 'An answer is one of { kind: "happened", output? }'],
  [
    'that does not say what is next',
    { answer: { kind: 'did-not-happen', next: 'perhaps' as 'end' } },
    'An answer is one of',
  ],
  [
    'of somebody with a name of 5 MB',
    { actor: 'a'.repeat(5_000_000) },
    'The actor of a decision is 1 to 500 characters',
  ],
  ['under an id of 5,000 characters', { id: 'i'.repeat(5_000) }, 'The id of a decision is 1 to 500 characters'],
  ['of nobody', { actor: '' }, 'The actor of a decision is 1 to 500 characters'],
  ['to another question', { question: 'other' }, 'asks nothing by the name "other"; open are: "ask"'],
])(
  'an answer %s is refused in one sentence, and the question stays open [question.refused]',
  async (_, more, words) => {
    const run = await asking('ask', () => submit(TOO_HIGH));
    await expect(answer(run, { kind: 'rejected' }, more)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(words),
    });
    expect(await desk.client.question(run.runId, { tenant: desk.tenant })).toEqual(run.question);
    await answer(run, { kind: 'rejected' });
    expect((await desk.ended(run)).end?.code).toBe('rejected');
  },
);

test('an answer delivered twice under one id counts once, and another one after it is refused [question.once]', async () => {
  const run = await asking('ask', () => submit(TOO_HIGH));
  const wrong = { kind: 'corrected', output: { topic: 'rain', score: 13 } } as const;
  await Promise.all([answer(run, wrong, { id: 'answer-1' }), answer(run, wrong, { id: 'answer-1' })]);
  const again = await questionOf(run, run.question.sentence);
  expect(again.sentence).toContain('The score 13 is above 10.');
  await answer(run, wrong, { id: 'answer-1' });
  expect(await desk.client.question(run.runId, { tenant: desk.tenant })).toEqual(again);
  await answer(run, { kind: 'corrected', output: GOOD }, { id: 'answer-2' });
  expect((await desk.ended(run)).status).toBe('completed');
  await expect(answer(run, { kind: 'rejected' })).rejects.toMatchObject({ code: 'run-ended' });
});

test('a run that asks survives its worker and shows the same question', async () => {
  const run = await asking('ask', () => submit(TOO_HIGH));
  await Promise.all(desk.engine.workers.map((worker) => worker.kill()));
  await desk.engine.startWorker(0);
  expect(await desk.client.question(run.runId, { tenant: desk.tenant })).toEqual(run.question);
  await answer(run, { kind: 'corrected', output: GOOD });
  expect((await desk.ended(run)).status).toBe('completed');
});

test('a tenant sees and answers the questions of its own runs alone', async () => {
  const run = await asking('ask', () => submit(TOO_HIGH));
  const tenant = 'someone-else' as typeof desk.tenant;
  await expect(desk.client.question(run.runId, { tenant })).rejects.toMatchObject({ code: 'unknown-run' });
  await expect(answer(run, { kind: 'rejected' }, { tenant })).rejects.toMatchObject({ code: 'unknown-run' });
  await answer(run, { kind: 'rejected' });
  await desk.ended(run);
});

test('an effect that cannot be read back is unknown until a person who looked says that it took place [gate.read-back] [question.unknown-effect]', async () => {
  desk.receiver.behave(LOST);
  const run = await asking('note');
  expect(run.question).toMatchObject({
    name: 'note',
    question: 'unknown-effect',
    answers: ['happened', 'did-not-happen'],
    call: { name: 'note', system: 'receiver', arguments: { topic: 'rain' } },
  });
  expect(run.question.sentence).toContain('cannot be read back');
  expect(await callAt(run, 'note')).toMatchObject({ state: 'unknown', decisionId: undefined });
  await answer(run, { kind: 'happened' }, { id: 'looked' });
  expect((await desk.ended(run)).status).toBe('completed');
  expect(await callAt(run, 'note')).toMatchObject({
    state: 'accepted',
    decisionId: 'looked',
    sentence: 'ada: seen in the archive',
  });
  expect(await desk.client.result(run.runId, { tenant: desk.tenant })).toEqual({ text: 'done' });
});

test('an effect that a person found not to have happened is sent again under the same key [question.unknown-effect]', async () => {
  desk.receiver.behave(LOST);
  const before = desk.receiver.received.length;
  const run = await asking('note');
  desk.receiver.behave(filing);
  await answer(run, { kind: 'did-not-happen', next: 'repeat' });
  const ended = await desk.ended(run);
  const sent = desk.receiver.received.slice(before).filter(({ path }) => path === '/native');
  expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  expect({ status: ended.status, sent: sent.length }).toEqual({ status: 'completed', sent: 2 });
  expect(await callAt(run, 'note')).toMatchObject({ state: 'verified' });
});

test('a pause that comes while an answer is written down holds the repeated effect [question.unknown-effect] [workflow.pause]', async () => {
  const { client, tenant } = desk;
  desk.receiver.behave(LOST);
  const before = desk.receiver.received.length;
  const sent = (): number => desk.receiver.received.slice(before).filter(({ path }) => path === '/native').length;
  const run = await asking('note');
  desk.receiver.behave(filing);
  const held = await holdCall(run.runId, 'note');
  await answer(run, { kind: 'did-not-happen', next: 'repeat' });
  await held.wanted();
  expect(await client.pause(run.runId, { actor: 'ada', tenant })).toBe('paused');
  await held.letGo();
  await eventually(async () => ((await callAt(run, 'note'))?.state === 'unknown' ? undefined : true));
  await delay(HELD_MS);
  expect(sent()).toBe(1);
  await client.resume(run.runId, { actor: 'ada', tenant });
  expect((await desk.ended(run)).status).toBe('completed');
  expect(sent()).toBe(2);
});

test('a fork asks nobody again whether an effect took place, and sends none that a person has settled [fork.prefix] [question.unknown-effect]', async () => {
  const settledAs = async (given: AnswerOptions['answer'], state: LedgerEntry['state']): Promise<void> => {
    desk.receiver.behave(LOST);
    const run = await asking('note');
    desk.receiver.behave(filing);
    await answer(run, given);
    await desk.ended(run);
    const before = desk.receiver.received.length;
    const { runId } = await desk.client.fork(run.runId, { actor: 'ada', tenant: desk.tenant });
    expect(await desk.ended({ runId })).toMatchObject({ status: 'completed' });
    expect(desk.receiver.received.length).toBe(before);
    expect(await callAt({ runId, name: '' }, 'note')).toMatchObject({ state, copiedFrom: run.runId });
  };
  await settledAs({ kind: 'did-not-happen', next: 'repeat' }, 'verified');
  await settledAs({ kind: 'happened' }, 'accepted');
});

test('an effect that a person found not to have happened can end the run, and frees its identity [question.unknown-effect]', async () => {
  desk.receiver.behave(LOST);
  const run = await asking('note');
  await answer(run, { kind: 'did-not-happen', next: 'end' });
  expect((await desk.ended(run)).end).toEqual({
    code: 'rejected',
    sentence: 'ada found that note had not taken place, and ended the run: seen in the archive',
  });
  expect(await callAt(run, 'note')).toMatchObject({ state: 'rejected', sentence: 'ada: seen in the archive' });
});

test('what an effect of an agent came to is told to the model once a person has settled it [question.unknown-effect]', async () => {
  desk.receiver.behave(LOST);
  const before = desk.model.requests.length;
  const run = await asking('ask', (_, turn) => (turn === 1 ? notes('rain') : submit(GOOD)));
  expect(run.question.name).toBe('ask/turn-1/note');
  await answer(run, { kind: 'happened', output: { text: 'noted by hand' } });
  expect((await desk.ended(run)).status).toBe('completed');
  expect(desk.model.requests[before + 1]?.messages.at(-1)).toMatchObject({
    role: 'tool',
    content: '{"text":"noted by hand"}',
  });
});

test('a call that was answered unreadably needs the output from who says that it took place [question.unknown-effect]', async () => {
  desk.receiver.behave(({ path }) =>
    path.startsWith('/notes') ? { status: 200, body: { topic: 'rain' } } : { status: 200, body: { wrong: true } },
  );
  const run = await asking('note');
  await answer(run, { kind: 'happened' });
  const again = await questionOf(run, run.question.sentence);
  expect(again.sentence).toContain('answer again with the output');
  await answer(run, { kind: 'happened', output: { text: 'read on the screen' } });
  expect((await desk.ended(run)).status).toBe('completed');
  expect(await desk.client.result(run.runId, { tenant: desk.tenant })).toEqual({ text: 'read on the screen' });
});

test('an open question can be cancelled', async () => {
  const run = await asking('ask', () => submit(TOO_HIGH));
  await desk.client.cancel(run.runId, { actor: 'ada', tenant: desk.tenant });
  const ended: SeenRun = await desk.ended(run);
  expect(ended.end?.code).toBe('cancelled');
});
