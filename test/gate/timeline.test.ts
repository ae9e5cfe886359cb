import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { callKeyOf } from '../../domain/digest.ts';
import type { OwnerId, StepPath } from '../../domain/ids.ts';
import type { TimelineEvent } from '../../domain/timeline.ts';
import { answerCall } from '../../gate/answer-call.ts';
import { type ClientStore, openClientStore } from '../../gate/client-store.ts';
import { callOf, type Database } from '../../gate/database.ts';
import { type Ending, Ledger } from '../../gate/ledger.ts';
import type { PreparedCall } from '../../gate/prepared-call.ts';
import { closeRun, noteStatus, type StatusNote } from '../../gate/run-progress.ts';
import type { RunKey } from '../../gate/runs.ts';
import { sharedStack } from '../stack-addresses.ts';
import {
  connectAs,
  databaseAs,
  newRunId,
  newTenant,
  openLongLease,
  prepared,
  setLease,
  untilFinal,
} from './fixture.ts';

let owner: Database;
let gate: Database;
let store: ClientStore;
let lease: OwnerId;

beforeAll(async () => {
  owner = databaseAs('owner');
  gate = databaseAs('gate');
  store = await openClientStore({ databaseUrl: sharedStack().database.clientUrl });
  lease = await openLongLease(owner);
});
afterAll(async () => {
  await Promise.all([owner.close(), gate.close(), store.close()]);
});

async function enteredRun(actor?: string): Promise<RunKey> {
  const run = { tenant: newTenant(), runId: newRunId() };
  const input = Buffer.from('{}');
  await store.runs.enter({
    ...run,
    job: 'job',
    version: 1,
    definition: input,
    input,
    ...(actor === undefined ? {} : { actor }),
  });
  return run;
}

async function eventsOf(run: RunKey, after?: string): Promise<readonly TimelineEvent[]> {
  await untilFinal(owner);
  const [page] = await store.timeline.since([{ ...run, ...(after === undefined ? {} : { after }) }]);
  return page?.events ?? [];
}

/** Claims a call and settles it. */
async function done(call: PreparedCall, ending: Ending): Promise<void> {
  const ledger = new Ledger(gate);
  const answer = await ledger.claim(call, lease);
  if (answer.kind !== 'claimed' && answer.kind !== 'taken-over') throw new Error(`The claim was ${answer.kind}.`);
  await ledger.settle({ prepared: call, owner: lease, fenceToken: answer.fenceToken }, ending);
}

/** What tells an event from others of its run, for people. */
function told(event: TimelineEvent): string {
  switch (event.kind) {
    case 'run-started':
      return `${event.kind} ${event.actor}`;
    case 'call-claimed':
      return `${event.kind} ${event.stepPath}`;
    case 'call-settled':
    case 'call-judged':
      return `${event.kind} ${event.stepPath} ${event.state} ${event.sentence}`;
    case 'decision-made':
    case 'decision-delivered':
      return `${event.kind} ${event.decision} ${event.name} ${event.actor}`;
    case 'status-noted':
      return `${event.kind} ${event.status}`;
    case 'run-ended':
      return `${event.kind} ${event.status} ${event.code}`;
    case 'call-copied':
      return `${event.kind} ${event.stepPath} ${event.state}`;
    case 'run-forked':
      return `${event.kind} ${event.source} ${event.fork}`;
  }
}

test('the timeline of a run holds every moment of a call that was repeated, doubted and answered [timeline.whole]', async () => {
  const run = await enteredRun('ann');
  const call = prepared({ ...run, stepPath: 'post' as StepPath, class: 'D' });
  const answered = async (decisionId: string, verdict: 'repeat' | 'accepted'): Promise<void> => {
    await store.decisions.insert({ ...run, decisionId, kind: 'answer', name: 'post', actor: 'ben' });
    await store.decisions.markDelivered(run.tenant, run.runId, decisionId);
    await answerCall(gate, { ...call.call, decisionId, verdict, result: {}, sentence: decisionId });
  };
  await done(call, { state: 'unknown', sentence: 'lost' });
  await answered('again', 'repeat');
  await done(call, { state: 'committed', sentence: 'booked' });
  await gate.query(callOf('doubt', 3), [run.tenant, callKeyOf(call.call), 'other']);
  await answered('seen', 'accepted');
  await done(prepared({ ...run, stepPath: 'next' as StepPath }), { state: 'committed' });
  await gate.query(callOf('verify', 2), [run.tenant, callKeyOf({ ...run, stepPath: 'next' as StepPath })]);
  await closeRun(gate, { ...run, status: 'completed' });
  const events = await eventsOf(run);
  expect(events.map(told)).toEqual([
    'run-started ann',
    'call-claimed post',
    'call-settled post unknown lost',
    'decision-made answer post ben',
    'decision-delivered answer post ben',
    'call-judged post claimed again',
    'call-settled post committed booked',
    'call-judged post unknown other',
    'decision-made answer post ben',
    'decision-delivered answer post ben',
    'call-judged post accepted seen',
    'call-claimed next',
    'call-settled next committed ',
    'call-judged next verified ',
    'run-ended completed ',
  ]);
  expect(events[1]).toMatchObject({ name: 'post_booking', effect: 'write', class: 'D', system: 'books' });
  for (const { id } of events) expect(id).toMatch(/^[\w-]{1,120}$/);
});

test('what an open transaction holds back comes after it, in its order, and nothing twice [timeline.whole]', async () => {
  const run = await enteredRun();
  const early = await connectAs('client');
  await early.query('begin');
  const signal = `insert into gate.decision (tenant, run_id, decision_id, kind, name) values ($1, $2, 'early', 'signal', 'early')`;
  await early.query(signal, [run.tenant, run.runId]);
  await store.decisions.insert({ ...run, decisionId: 'late', kind: 'signal', name: 'late' });
  const [before] = await store.timeline.since([run]);
  await early.query('commit');
  await early.end();
  const after = await eventsOf(run, before?.events.at(-1)?.id);
  expect([...(before?.events ?? []), ...after].map(told)).toEqual([
    'run-started ',
    'decision-made signal early ',
    'decision-made signal late ',
  ]);
});

test('a call that was released and taken over keeps the claim that was first, and one that came too late gives none', async () => {
  const run = await enteredRun();
  const dead = await openLongLease(owner);
  const ledger = new Ledger(gate);
  const call = prepared({ ...run, stepPath: 'post' as StepPath });
  await ledger.claim(call, dead);
  const [, first] = await eventsOf(run);
  await setLease(owner, dead, '-1 second');
  await done(call, { state: 'committed' });
  await closeRun(gate, { ...run, status: 'completed' });
  await ledger.claim(prepared({ ...run, stepPath: 'late' as StepPath }), lease);
  const events = await eventsOf(run);
  expect(events.map(({ kind }) => kind)).toEqual(['run-started', 'call-claimed', 'call-settled', 'run-ended']);
  expect(events[1]).toEqual(first);
  expect(events[2]).toMatchObject({ takeovers: 1 });
});

test('the end of a run comes after what it leaves half-done, which is told once', async () => {
  const run = await enteredRun();
  const ledger = new Ledger(gate);
  const dead = await openLongLease(owner);
  await ledger.claim(prepared({ ...run, stepPath: 'a' as StepPath, class: 'A' }), dead);
  await ledger.claim(prepared({ ...run, stepPath: 'd' as StepPath, class: 'D' }), dead);
  await setLease(owner, dead, '-1 second');
  const end = { ...run, status: 'failed', code: 'rejected' } as const;
  await expect(closeRun(gate, end)).resolves.toBe(true);
  await expect(closeRun(gate, end)).resolves.toBe(false);
  const events = await eventsOf(run);
  expect(
    events
      .slice(3, 5)
      .map((event) => told(event).slice(0, 40))
      .toSorted(),
  ).toEqual(['call-judged a unknown The run ended befo', 'call-judged d claimed The run ended befo']);
  expect(events.slice(5).map(told)).toEqual(['run-ended failed rejected']);
});

test('a change of status is told once, however often its Activity runs, and a wait with what is waited for', async () => {
  const run = await enteredRun();
  const waitingFor = { kind: 'signal', name: 'go', since: 1, sentence: 'Somebody must say go.' };
  const notes: readonly Omit<StatusNote, 'tenant' | 'runId'>[] = [
    { status: 'running' },
    { status: 'waiting', waitingFor },
    { status: 'waiting', waitingFor },
    { status: 'waiting', waitingFor: { ...waitingFor, reminders: 1 } },
    { status: 'running' },
  ];
  for (const note of notes) await expect(noteStatus(gate, { ...run, ...note })).resolves.toBe(true);
  const events = await eventsOf(run);
  expect(events.slice(1)).toMatchObject([
    { kind: 'status-noted', status: 'waiting', waitingFor },
    { kind: 'status-noted', status: 'waiting', waitingFor: { ...waitingFor, reminders: 1 } },
    { kind: 'status-noted', status: 'running' },
  ]);
  expect(events[3]).not.toHaveProperty('waitingFor');
});

test('timelines come one page for each position, in the order asked for, and a foreign run has none [timeline.apart]', async () => {
  const [one, two] = [await enteredRun('one'), await enteredRun('two')];
  const [started] = await eventsOf(one);
  const foreign = { tenant: two.tenant, runId: one.runId };
  const pages = await store.timeline.since([two, foreign, { ...one, after: started?.id ?? '' }, one], 1);
  expect(pages.map(({ runId, events }) => [runId, events.map(told)])).toEqual([
    [two.runId, ['run-started two']],
    [one.runId, []],
    [one.runId, []],
    [one.runId, ['run-started one']],
  ]);
  await expect(store.timeline.since([])).resolves.toEqual([]);
});

test('the timeline refuses what is no id of an event, and a limit that is none', async () => {
  const run = await enteredRun();
  for (const after of [
    '',
    '1',
    '1-2-3',
    '1-2-9-x',
    '-1-2-3-x',
    `1-2-3-${'x'.repeat(44)}`,
    `${'9'.repeat(19)}-1-1-0`,
    '1-1-1-\n',
  ]) {
    await expect(store.timeline.since([{ ...run, after }])).rejects.toMatchObject({ code: 'invalid-input' });
  }
  for (const limit of [0, 1_001, 1.5, Number.NaN]) {
    await expect(store.timeline.since([run], limit)).rejects.toMatchObject({ code: 'invalid-input' });
  }
  const largest = `${'9'.repeat(18)}-${'9'.repeat(15)}-8-${'x'.repeat(43)}`;
  await expect(store.timeline.since([{ ...run, after: largest }], 1_000)).resolves.toMatchObject([{ events: [] }]);
});
