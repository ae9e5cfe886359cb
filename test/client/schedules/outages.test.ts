import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { SeenSchedule } from '../../../client/index.ts';
import { runIdOf } from '../../../domain/digest.ts';
import { JobError } from '../../../domain/errors.ts';
import type { RunId } from '../../../domain/ids.ts';
import type { ClientStore } from '../../../gate/client-store.ts';
import type { RunningStarter } from '../../../main/starter.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { probe } from '../../fixtures/probe/job.ts';
import { type ProbeEngine, startProbe } from '../../fixtures/probe-engine.ts';
import { type Receiver, startReceiver } from '../../fixtures/receiver.ts';
import { type StarterUnderTest, starterFor } from './starter-under-test.ts';

let receiver: Receiver;
let engine: ProbeEngine;
let starter: StarterUnderTest;
let running: RunningStarter;

beforeAll(async () => {
  receiver = await startReceiver();
  engine = await startProbe({ systems: { receiver: { address: receiver.address } } });
  starter = await starterFor(engine);
  running = await starter.start();
});

afterAll(async () => {
  await starter.close();
  await engine.close();
  await receiver.close();
});

test('what was due while nobody entered runs is entered for its own moments when somebody does [schedules.caught-up]', async () => {
  await running.close();
  await create('late');
  const due = await eventually(async () => {
    const { recent } = await show('late');
    return recent.length >= 3 ? recent : undefined;
  });
  expect(due.every(({ runId }) => runId === undefined)).toBe(true);
  await remove('late');
  running = await starter.start();
  await allDone(
    'late',
    due.map(({ scheduledAt }) => scheduledAt),
  );
});

test('what was due while no worker polled is done for its own moments when one does [schedules.caught-up]', async () => {
  await engine.workers[0]?.stop();
  await create('idle');
  const due = await eventually(async () => {
    const { recent } = await show('idle');
    return recent.length >= 3 ? recent : undefined;
  });
  expect(await engine.client.list({ tenant: engine.tenant, status: 'completed' })).not.toContainEqual(
    expect.objectContaining({ runId: runIdAt('idle', due[0]?.scheduledAt) }),
  );
  await remove('idle');
  await engine.startWorker(0);
  await allDone(
    'idle',
    due.map(({ scheduledAt }) => scheduledAt),
  );
});

test('an entry whose answer is lost goes on with its row, and one run is made [schedules.crash]', async () => {
  await running.close();
  let lost = 0;
  // The row is there, and then the process that wrote it is not: what the next attempt finds after a crash.
  const losing: ClientStore = {
    ...starter.store,
    runs: {
      ...starter.store.runs,
      enter: async (run) => {
        const entered = await starter.store.runs.enter(run);
        if (!entered.inserted) return entered;
        lost += 1;
        throw new JobError('unavailable', 'The connection was lost after the row was written.');
      },
    },
  };
  running = await starter.start(losing);
  await create('cut', { paused: true });
  await engine.client.schedules.trigger({ tenant: engine.tenant, schedule: 'cut', actor: 'ada' });
  const runId = await eventually(async () => (await show('cut')).recent[0]?.runId);
  expect(await engine.client.wait(runId, { tenant: engine.tenant, timeoutMs: 20_000 })).toMatchObject({
    status: 'completed',
  });
  expect(lost).toBe(1);
  await remove('cut');
  await running.close();
  running = await starter.start();
});

test('a moment whose identity has a run already starts none, and the next one does [schedules.identity]', async () => {
  const { client, tenant } = engine;
  await create('daily', { paused: true, scenario: 'signal', moment: '{scheduledDate}', everySeconds: 86_400 });
  const of = { tenant, schedule: 'daily', actor: 'ada' };
  // Around midnight the two triggers below may be of two dates.
  const dates = [0, 5_000].map((ms) => new Date(Date.now() + ms).toISOString().slice(0, 10));
  for (const date of dates)
    await client.start(probe, { run: `daily ${date}`, scenario: 'signal' }, { tenant, actor: 'ada' });
  await client.schedules.trigger(of);
  await eventually(async () => ((await show('daily')).recent.length === 1 ? true : undefined));
  // It ended at once: an open one would make the second be skipped.
  await delay(1_100);
  await client.schedules.trigger(of);
  const seen = await eventually(async () => {
    const shown = await show('daily');
    return shown.recent.length === 2 ? shown : undefined;
  });
  expect(seen.skipped).toBe(0);
  expect(seen.recent.every(({ failure }) => failure === undefined)).toBe(true);
  const runs = new Set(seen.recent.map(({ runId }) => runId));
  for (const runId of runs) {
    const row = await starter.store.runs.find(tenant, runId as never);
    expect(row).toMatchObject({ actor: 'ada', status: 'waiting' });
    await client.cancel(runId ?? '', { tenant, actor: 'ada' });
  }
  await remove('daily');
});

test('a moment that can start no run says why where its schedule is shown [schedules.identity]', async () => {
  const { client, tenant } = engine;
  await create('clashing', { paused: true, moment: '{scheduledDate}', everySeconds: 86_400 });
  const dates = [0, 5_000].map((ms) => new Date(Date.now() + ms).toISOString().slice(0, 10));
  for (const date of dates)
    await client.start(probe, { run: `clashing ${date}`, scenario: 'signal' }, { tenant, actor: 'ada' });
  await client.schedules.trigger({ tenant, schedule: 'clashing', actor: 'ada' });
  const failure = await eventually(async () => (await show('clashing')).recent[0]?.failure);
  expect(failure).toMatch(/^The run probe\..* was started for the same identity with another input/);
  await remove('clashing');
});

interface Wanted {
  readonly paused?: boolean;
  readonly moment?: string;
  readonly scenario?: string;
  readonly everySeconds?: number;
}

async function create(
  schedule: string,
  { moment = '{scheduledAt}', scenario = 'pauseable', ...options }: Wanted = {},
): Promise<void> {
  const input = { run: `${schedule} ${moment}`, scenario };
  const { tenant, client } = engine;
  const timing = { everySeconds: 1, overlap: 'allow-all' } as const;
  await client.schedules.create({ tenant, schedule, job: 'probe', input, actor: 'ada', ...timing, ...options });
}

function show(schedule: string): Promise<SeenSchedule> {
  return engine.client.schedules.show({ tenant: engine.tenant, schedule });
}

function remove(schedule: string): Promise<void> {
  return engine.client.schedules.remove({ tenant: engine.tenant, schedule, actor: 'ada' });
}

// The schedule is gone by then, so the runs are found by what their moments make of the identity.
async function allDone(schedule: string, moments: readonly Date[]): Promise<void> {
  const { client, tenant } = engine;
  for (const moment of moments) {
    const runId = runIdAt(schedule, moment);
    await eventually(() => starter.store.runs.find(tenant, runId));
    expect((await client.wait(runId, { tenant, timeoutMs: 20_000 })).status).toBe('completed');
  }
}

function runIdAt(schedule: string, moment = new Date(0)): RunId {
  const identity = [`${schedule} ${moment.toISOString().replace('.000Z', 'Z')}`];
  return runIdOf({ tenant: engine.tenant, job: 'probe', identity });
}
