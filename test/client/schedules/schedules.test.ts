import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { JobError } from '../../../domain/errors.ts';
import { parseTenant } from '../../../domain/ids.ts';
import type { CreateScheduleOptions, SeenSchedule } from '../../../client/index.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { type ProbeEngine, startProbe } from '../../fixtures/probe-engine.ts';
import { type Receiver, startReceiver } from '../../fixtures/receiver.ts';
import { sharedStack } from '../../stack-addresses.ts';
import { type StarterUnderTest, starterFor } from './starter-under-test.ts';

let receiver: Receiver;
let engine: ProbeEngine;
let starter: StarterUnderTest;

beforeAll(async () => {
  receiver = await startReceiver();
  engine = await startProbe({ systems: { receiver: { address: receiver.address } } });
  starter = await starterFor(engine);
  await starter.start();
});

afterAll(async () => {
  await starter.close();
  await engine.close();
  await receiver.close();
});

test.concurrent('a schedule starts a run at each planned moment, with the moment filled in and its name as actor [schedules.each-moment]', async () => {
  const { client, tenant } = engine;
  await create('ticking', { overlap: 'allow-all' });
  const seen = await eventually(async () => {
    const shown = await show('ticking');
    return shown.recent.filter(({ runId }) => runId !== undefined).length >= 3 ? shown : undefined;
  });
  await remove('ticking');
  const runs = seen.recent.flatMap(({ runId = '', scheduledAt }) => (runId === '' ? [] : [{ runId, scheduledAt }]));
  expect(new Set(runs.map(({ runId }) => runId)).size).toBe(runs.length);
  for (const { runId, scheduledAt } of runs) {
    const ended = await client.wait(runId, { tenant, timeoutMs: 20_000 });
    expect(ended.status).toBe('completed');
    const row = await starter.store.runs.find(tenant, ended.runId as never);
    expect(row?.actor).toBe('schedule:ticking');
    const { bytes } = await starter.store.blobs.get(tenant, row?.inputRef as never);
    expect(JSON.parse(new TextDecoder().decode(bytes))).toMatchObject({
      run: `ticking ${scheduledAt.toISOString().replace('.000Z', 'Z')}`,
    });
  }
  expect(seen).toMatchObject({ createdBy: 'ada', note: 'created by ada', paused: false, everySeconds: 1 });
});

test.concurrent('while a run is open the next ones are skipped and counted [schedules.overlap]', async () => {
  await create('skipping', { input: inputOf('skipping', 'signal') });
  const seen = await eventually(async () => {
    const shown = await show('skipping');
    return shown.skipped >= 2 ? shown : undefined;
  });
  expect(seen.recent).toHaveLength(1);
  await remove('skipping');
  await cancelOpen('skipping');
});

test.concurrent('with cancel-other a run that is due cancels the one that is open, and then starts [schedules.overlap]', async () => {
  const { client, tenant } = engine;
  await create('replacing', { everySeconds: 2, overlap: 'cancel-other', input: inputOf('replacing', 'signal') });
  const first = await eventually(async () => (await show('replacing')).recent.find(({ runId }) => runId)?.runId);
  const ended = await client.wait(first, { tenant, timeoutMs: 20_000 });
  expect(ended).toMatchObject({ status: 'cancelled', end: { code: 'cancelled' } });
  const next = await eventually(async () =>
    (await show('replacing')).recent.find(({ runId = first }) => runId !== first),
  );
  expect(next.scheduledAt.getTime()).toBeGreaterThan(0);
  await remove('replacing');
  await cancelOpen('replacing');
});

test.concurrent('with buffer-one the first run that was due meanwhile starts after the open one, with buffer-all each of them [schedules.overlap]', async () => {
  const seen = await Promise.all([buffered('one-waits', 'buffer-one'), buffered('all-wait', 'buffer-all')]);
  // Of those that are due while one waits already, buffer-one keeps none.
  expect(seen).toEqual([
    { openAlone: true, someSkipped: true, secondAfter: 1, thirdLater: true },
    { openAlone: true, someSkipped: false, secondAfter: 1, thirdLater: false },
  ]);
});

test('a paused schedule starts nothing, and whoever pauses, resumes and triggers it stands in its note [schedules.pause]', async () => {
  const { client, tenant } = engine;
  const created = await create('resting', { paused: true, everySeconds: 3_600 });
  expect(created).toMatchObject({ paused: true, recent: [] });
  const of = { tenant, schedule: 'resting' };
  await client.schedules.trigger({ ...of, actor: 'grace', reason: 'month end' });
  const triggered = await eventually(async () => {
    const shown = await show('resting');
    return shown.recent[0]?.runId === undefined ? undefined : shown;
  });
  expect(triggered).toMatchObject({ paused: true, note: 'triggered by grace: month end' });
  expect(await client.wait(triggered.recent[0]?.runId ?? '', { tenant, timeoutMs: 20_000 })).toMatchObject({
    status: 'completed',
  });
  expect(await client.schedules.resume({ ...of, actor: 'ada' })).toMatchObject({
    paused: false,
    note: 'resumed by ada',
  });
  const paused = await client.schedules.pause({ ...of, actor: 'ada', reason: 'holidays' });
  expect(paused).toMatchObject({ paused: true, note: 'paused by ada: holidays' });
  await remove('resting');
});

test('the same definition again finds the schedule, another one under its name is refused [schedules.create-once]', async () => {
  const { client, tenant } = engine;
  const options = optionsOf('once', { everySeconds: 3_600 });
  const made = await Promise.all(Array.from({ length: 20 }, () => client.schedules.create(options)));
  expect(made.filter(({ existing }) => !existing)).toHaveLength(1);
  expect(await client.schedules.create({ ...options, actor: 'grace', paused: true })).toMatchObject({
    existing: true,
    schedule: { paused: false, createdBy: 'ada' },
  });
  await expect(client.schedules.create({ ...options, everySeconds: 7_200 })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('made by ada with another definition'),
  });
  await remove('once');
  // Its name is free again.
  expect((await client.schedules.create({ ...options, everySeconds: 7_200 })).existing).toBe(false);
  await remove('once');
  expect(tenant).toBe(options.tenant);
});

test('a time that a change of clocks leaves out starts nothing that day, and one that it repeats starts once [schedules.each-moment]', async () => {
  const timing = { cron: ['30 2 * * *'], timeZone: 'Europe/Berlin' };
  await engine.client.schedules.create(optionsOf('clocks', { ...timing, paused: true }));
  expect(await momentsOf('clocks', '2027-03-27', '2027-03-29')).toEqual(['2027-03-27T01:30', '2027-03-29T00:30']);
  expect(await momentsOf('clocks', '2027-10-30', '2027-11-01')).toEqual([
    '2027-10-30T00:30',
    '2027-10-31T01:30',
    '2027-11-01T01:30',
  ]);
  await remove('clocks');
});

test('a schedule of another tenant is unknown, and lists end at the tenant [schedules.tenant]', async () => {
  const { client, tenant } = engine;
  await create('mine', { everySeconds: 3_600 });
  const other = parseTenant(`${tenant}-x`);
  const of = { tenant: other, schedule: 'mine', actor: 'eve' };
  const { schedules } = client;
  for (const act of ['show', 'pause', 'resume', 'trigger', 'remove'] as const)
    await expect(schedules[act](of)).rejects.toMatchObject({ code: 'unknown-schedule' });
  await eventually(async () => {
    const listed = await schedules.list({ tenant });
    return listed.some(({ schedule, job }) => schedule === 'mine' && job === 'probe') ? true : undefined;
  });
  expect(await schedules.list({ tenant: other })).toEqual([]);
  expect((await show('mine')).note).toBe('created by ada');
  await remove('mine');
});

test.each([
  ['an input that does not fit', { input: { run: '{scheduledAt}' } }, 'scenario'],
  ['an identity without its moment', { input: inputOf('x', 'native', 'fixed') }, 'put {scheduledAt}'],
  ['a date where it runs twice a day', { input: inputOf('x', 'native', '{scheduledDate}') }, 'at most once a day'],
  ['no times', { everySeconds: undefined }, 'exactly one of them'],
  ['a cron expression that is none', { everySeconds: undefined, cron: ['61 * * * *'] }, 'Temporal does not take'],
  ['a zone that is none', { everySeconds: undefined, cron: ['0 6 * * *'], timeZone: 'Mars/North' }, 'Mars/North'],
  ['a zone inside of cron', { everySeconds: undefined, cron: ['CRON_TZ=UTC 0 6 * * *'] }, '`timeZone`'],
  ['a policy that is none', { overlap: 'hope' as never }, 'skip, buffer-one'],
  ['a name that is none', { schedule: 'No Name' }, 'No Name'],
])('a schedule with %s is refused and not made [schedules.bad-input]', async (_what, wrong, part) => {
  const { client, tenant } = engine;
  const given = { ...optionsOf('wrong', { everySeconds: 60 }), ...wrong };
  const { everySeconds, ...others } = given;
  const options = everySeconds === undefined ? others : { ...others, everySeconds };
  await expect(client.schedules.create(options)).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining(part),
  });
  await expect(client.schedules.show({ tenant, schedule: 'wrong' })).rejects.toMatchObject({
    code: 'unknown-schedule',
  });
});

/** What became of the runs that were due in the seconds for which the first one stayed open, and of the two after it. */
async function buffered(schedule: string, overlap: 'buffer-one' | 'buffer-all'): Promise<object> {
  await create(schedule, { overlap, input: inputOf(schedule, 'signal') });
  const first = await eventually(async () => (await show(schedule)).recent[0]?.scheduledAt);
  await delay(first.getTime() + 4_500 - Date.now());
  const { recent, skipped } = await show(schedule);
  const [second, third] = await eventually(async () => {
    await cancelOpen(schedule);
    const later = (await show(schedule)).recent.slice(1);
    return later.length >= 2 ? later : undefined;
  });
  await remove(schedule);
  await cancelOpen(schedule);
  const [secondAfter, thirdAfter = 0] = [second, third].map(
    (each) => ((each?.scheduledAt.getTime() ?? 0) - first.getTime()) / 1_000,
  );
  return { openAlone: recent.length === 1, someSkipped: skipped > 0, secondAfter, thirdLater: thirdAfter > 2 };
}

function optionsOf(schedule: string, options: Partial<CreateScheduleOptions>): CreateScheduleOptions {
  const { tenant } = engine;
  return { schedule, job: 'probe', input: inputOf(schedule, 'pauseable'), tenant, actor: 'ada', ...options };
}

async function create(schedule: string, options: Partial<CreateScheduleOptions>): Promise<SeenSchedule> {
  const timing = { everySeconds: 1 };
  return (await engine.client.schedules.create(optionsOf(schedule, { ...timing, ...options }))).schedule;
}

function inputOf(schedule: string, scenario: string, moment = '{scheduledAt}'): { run: string; scenario: string } {
  return { run: `${schedule} ${moment}`, scenario };
}

function show(schedule: string): Promise<SeenSchedule> {
  return engine.client.schedules.show({ tenant: engine.tenant, schedule });
}

function remove(schedule: string): Promise<void> {
  return engine.client.schedules.remove({ tenant: engine.tenant, schedule, actor: 'ada' });
}

// A run of a schedule that is removed stays open.
async function cancelOpen(schedule: string): Promise<void> {
  const { client, tenant } = engine;
  for (const { runId, closedAt } of await client.list({ tenant, limit: 100 })) {
    const row = await starter.store.runs.find(tenant, runId as never);
    if (closedAt === undefined && row?.actor === `schedule:${schedule}`)
      await eventually(() => client.cancel(runId, { tenant, actor: 'test' }).then(always, doneIfEnded));
  }
}

const always = (): true => true;

// A run that was entered a moment ago may not have reached Temporal yet; one that was cancelled before may have ended since.
function doneIfEnded(error: unknown): true | undefined {
  if (error instanceof JobError && error.code === 'run-ended') return true;
  expect(error).toMatchObject({ code: 'unavailable' });
  return undefined;
}

/** The moments from one date to another, to the minute in UTC. */
async function momentsOf(schedule: string, from: string, to: string): Promise<string[]> {
  const { address, namespace } = sharedStack().temporal;
  const connection = await Connection.connect({ address });
  const asked = { namespace, scheduleId: `${engine.tenant}/${schedule}` };
  const found = await connection.workflowService.listScheduleMatchingTimes({
    ...asked,
    startTime: msToTs(Date.parse(`${from}T00:00Z`)),
    endTime: msToTs(Date.parse(`${to}T12:00Z`)),
  });
  await connection.close();
  return found.startTime.map(({ seconds }) => new Date(Number(seconds) * 1_000).toISOString().slice(0, 16));
}
