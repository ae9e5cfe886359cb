import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ForkedRun, ForkOptions, SeenRun } from '../../client/index.ts';
import type { TimelineEvent } from '../../domain/timeline.ts';
import { type ClientStore, openClientStore } from '../../gate/client-store.ts';
import { dispatch } from '../fixtures/dispatch/job.ts';
import { eventually } from '../fixtures/eventually.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { type Received, type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { calls, type ScriptedModel, startScriptedModel } from '../fixtures/scripted-model.ts';
import { sharedStack } from '../stack-addresses.ts';

const TOO_LONG = 'far too long for any label';
const KNOWN = { despiteCollisions: true, repeatEffects: true } as const;

let receiver: Receiver;
let model: ScriptedModel;
let engine: ProbeEngine;
let store: ClientStore;
let order: string;
/** A run with every kind of step: it has paid, slept, been corrected, been released, shipped and notified. */
let first: SeenRun;

beforeAll(async () => {
  [receiver, model] = await Promise.all([startReceiver(), startScriptedModel()]);
  engine = await startProbe({
    jobs: ['test/fixtures/dispatch'],
    systems: { receiver: { address: receiver.address } },
    model: model.address,
  });
  store = await openClientStore({ databaseUrl: sharedStack().database.clientUrl });
  order = randomUUID();
  labels(TOO_LONG);
  const { client, tenant } = engine;
  const { runId } = await client.start(dispatch, { order, amount: 7 }, { tenant });
  await eventually(async () => client.question(runId, { tenant }));
  const corrected = { kind: 'corrected', output: { order, text: 'by hand' } } as const;
  await client.answer(runId, { answer: corrected, actor: 'grace', evidence: 'seen', tenant });
  await release(runId, 'go');
  first = await ended(runId);
  expect(first.status).toBe('completed');
});

afterAll(async () => {
  await store?.close();
  await engine?.close();
  await Promise.all([receiver?.close(), model?.close()]);
});

/** The model looks something up and then hands in labels of this text. */
function labels(text: string): void {
  model.script((_, turn) =>
    turn === 1
      ? calls({ name: 'look', arguments: { topic: 'address' } })
      : calls({ name: 'submit', arguments: { order, text } }),
  );
}

function ended(runId: string): Promise<SeenRun> {
  return engine.client.wait(runId, { tenant: engine.tenant, timeoutMs: 40_000 });
}

function fork(runId: string, options: Partial<ForkOptions>, by = engine): Promise<ForkedRun> {
  return by.client.fork(runId, { actor: 'ada', tenant: engine.tenant, ...options });
}

/** Releases a run once it waits for that. */
async function release(runId: string, payload: string): Promise<void> {
  const { client, tenant } = engine;
  await eventually(async () => {
    const { waitingFor } = await client.view(runId, { tenant, live: false });
    return waitingFor?.kind === 'signal' ? true : undefined;
  });
  await client.signal(runId, { name: 'release', payload, actor: 'grace', tenant });
}

async function timelineOf(runId: ForkedRun['runId']): Promise<readonly TimelineEvent[]> {
  const [page] = await store.timeline.since([{ tenant: engine.tenant, runId }]);
  return page?.events ?? [];
}

/** What is asked of receiver and model while something is done. */
async function asked<Value>(
  act: () => Promise<Value>,
): Promise<{ value: Value; received: readonly Received[]; models: number }> {
  const [seen, models] = [receiver.received.length, model.requests.length];
  const value = await act();
  return { value, received: receiver.received.slice(seen), models: model.requests.length - models };
}

test('a fork does what comes from a step on, and all before is answered by the record: calls, model turns, a correction, a signal, a sleep [fork.prefix]', async () => {
  const id = randomUUID();
  const { value, received, models } = await asked(async () => {
    const both = await Promise.all([
      fork(first.runId, { from: 'notify', repeatEffects: true, id }),
      fork(first.runId, { from: 'notify', repeatEffects: true, id }),
    ]);
    return { both, run: await ended(both[0].runId) };
  });
  expect(value.run).toMatchObject({ status: 'completed', modelCalls: 0, version: 1 });
  expect(models).toBe(0);
  // The correction of a person is verified again, and what the verifiers had read is recorded, too.
  expect(received.map(({ body }) => body)).toEqual([{ order, text: 'by hand go', run: 'notify' }]);
  const events = await timelineOf(value.both[0].runId);
  expect(events.filter(({ kind }) => kind === 'status-noted')).toEqual([]);
  expect(events.slice(0, 2)).toEqual([
    expect.objectContaining({ kind: 'run-started', actor: 'ada' }),
    expect.objectContaining({ kind: 'run-forked', source: first.runId, step: 'notify', copied: value.both[0].copied }),
  ]);
  expect(events.filter(({ kind }) => kind === 'call-copied')).toHaveLength(value.both[0].copied);
  expect(events).toContainEqual(
    expect.objectContaining({ kind: 'decision-delivered', name: 'release', actor: 'grace' }),
  );
  // The same request is the same fork, and another one under its id is none.
  expect(value.both[1].runId).toBe(value.both[0].runId);
  expect(await fork(first.runId, { from: 'notify', id })).toMatchObject({ runId: value.run.runId, existing: true });
  await expect(fork(first.runId, { from: 'ship', id })).rejects.toMatchObject({ code: 'conflict' });
  const forks = await engine.client.forks(first.runId, { tenant: engine.tenant });
  expect(forks.map(({ runId, step }) => [runId, step])).toEqual([[value.run.runId, 'notify']]);
});

test('what a fork might collide with or repeat is named before it starts, and is never done twice by what it holds [fork.collisions]', async () => {
  const refused = await fork(first.runId, { from: 'ship' }).then(
    () => '',
    (error: unknown) => String(error),
  );
  expect(refused).toContain(`ship of ${first.runId} at ship (committed); the same thing is not done twice`);
  expect(refused).toContain(`may be made a second time: notify of ${first.runId} at notify (committed)`);
  expect(refused).not.toContain('pay of');
  const { value, received } = await asked(async () => {
    const { runId, effects } = await fork(first.runId, { from: 'ship', ...KNOWN });
    return { effects, run: await ended(runId) };
  });
  expect(value.effects.map(({ stepPath, hasIdentity }) => [stepPath, hasIdentity])).toEqual(
    expect.arrayContaining([
      ['ship', true],
      ['notify', false],
    ]),
  );
  expect(value.run.end).toEqual({
    code: 'conflict',
    sentence: expect.stringContaining(`ship was already asked for by ${first.runId} at ship`),
  });
  expect(received).toEqual([]);
});

test('a fork within an agent goes on with its transcript, and an edited output voids what people decided about it [fork.edit]', async () => {
  labels('brief');
  const within = await fork(first.runId, { from: 'label/turn-3', ...KNOWN });
  await release(within.runId, 'again');
  expect(await ended(within.runId)).toMatchObject({ status: 'completed', modelCalls: 1 });
  expect(model.requests.at(-1)?.messages.map(({ role }) => role)).toEqual([
    'system',
    'user',
    'assistant',
    'tool',
    'assistant',
    'tool',
  ]);
  const steps = { label: { order, text: 'edited' } };
  await expect(fork(first.runId, { from: 'ship', ...KNOWN, edit: { steps } })).rejects.toThrow(
    'The output of "label" cannot be edited: a person has corrected it; fork from it, and answer anew.',
  );
  await expect(
    fork(within.runId, { from: 'ship', ...KNOWN, edit: { steps: { label: { order } } } }),
  ).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('text') });
  const { value, received, models } = await asked(async () => {
    const edited = await fork(within.runId, { from: 'ship', ...KNOWN, edit: { steps } });
    await release(edited.runId, 'released anew');
    return ended(edited.runId);
  });
  expect(value.status).toBe('completed');
  expect(models).toBe(0);
  expect(received.map(({ path, body }) => body ?? path)).toEqual([
    '/look?topic=edited',
    { order, text: 'edited', run: 'ship' },
    { order, text: 'edited released anew', run: 'notify' },
  ]);
  // What the first run slept, a fork of a fork has not to sleep either.
  const waits = (await timelineOf(value.runId as ForkedRun['runId'])).flatMap((event) =>
    event.kind === 'status-noted' ? (event.waitingFor ?? []) : [],
  );
  expect(waits.map(({ kind }) => kind)).toEqual(['signal']);
  const ledger = await store.runs.ledger(engine.tenant, value.runId as ForkedRun['runId']);
  const edited = ledger.filter(({ editedBy }) => editedBy !== undefined);
  expect(edited.map(({ stepPath, editedBy }) => [stepPath, editedBy])).toEqual([['label/turn-3', 'ada']]);
});

test('a fork takes another input, which must fit the job, and takes no decision over with it [fork.edit]', async () => {
  const other = randomUUID();
  await expect(fork(first.runId, { ...KNOWN, edit: { input: { order: other } } })).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining('amount'),
  });
  const input = { order: other, amount: 9 };
  const { runId, copied } = await fork(first.runId, { from: 'read', ...KNOWN, edit: { input } });
  expect(copied).toBe(0);
  const paid = await eventually(() =>
    receiver.received.find(
      ({ body }) => typeof body === 'object' && body !== null && Object.values(body).includes(other),
    ),
  );
  expect(paid.body).toEqual({ ...input, run: 'pay' });
  const decided = (await timelineOf(runId)).filter(
    ({ kind }) => kind === 'decision-made' || kind === 'decision-delivered',
  );
  expect(decided).toEqual([]);
  await engine.client.cancel(runId, { actor: 'ada', tenant: engine.tenant });
  expect((await ended(runId)).status).toBe('cancelled');
});

test('an open run is forked only by who says so, from where it waits, and a step that is not recorded is none [fork.refused]', async () => {
  const waiting = await fork(first.runId, { from: 'wait/release', ...KNOWN });
  await eventually(async () => {
    const { waitingFor } = await engine.client.view(waiting.runId, { tenant: engine.tenant, live: false });
    return waitingFor?.name === 'release' ? true : undefined;
  });
  await expect(fork(waiting.runId, KNOWN)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('is still open (waiting)'),
  });
  const open = await fork(waiting.runId, { ...KNOWN, ofOpen: true });
  expect(open).toMatchObject({ copied: waiting.copied, again: [], from: '' });
  for (const { runId } of [waiting, open]) {
    await engine.client.cancel(runId, { actor: 'ada', tenant: engine.tenant });
    expect((await ended(runId)).status).toBe('cancelled');
  }
  await expect(fork(first.runId, { from: 'shipping' })).rejects.toThrow(
    `The record of ${first.runId} has no step "shipping"; it has: read, pay, label, ship, notify, and what lies below them`,
  );
});

test('a fork runs on other code, and what that code asks otherwise of a recorded step is a conflict that names the step [fork.new-code]', async () => {
  const changed = await startProbe({
    jobs: ['test/fixtures/dispatch-changed'],
    systems: { receiver: { address: receiver.address } },
  });
  try {
    const { value, received } = await asked(async () => {
      const { runId } = await fork(first.runId, { from: 'notify', repeatEffects: true }, changed);
      return ended(runId);
    });
    expect(value.end).toEqual({
      code: 'conflict',
      sentence: `What the step pay of the fork ${value.runId} is given is not what it was given in the first run: the fork's code or an edit changed it; fork from pay, or from an earlier step.`,
    });
    expect(received).toEqual([]);
  } finally {
    await changed.close();
  }
});
