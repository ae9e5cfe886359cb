import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { enterRun } from '../../../client/enter-run.ts';
import { type Alarm, ALL_TENANTS } from '../../../domain/alarm.ts';
import type { RunId } from '../../../domain/ids.ts';
import { probe } from '../../fixtures/probe/job.ts';
import { type ProbeEngine, startProbe } from '../../fixtures/probe-engine.ts';
import { databaseAs } from '../../gate/fixture.ts';
import { type SweepUnderTest, sweepFor } from './sweep-under-test.ts';

// No worker ever polls: what runs there stays where it is.
let engine: ProbeEngine;
let swept: SweepUnderTest;

beforeAll(async () => {
  engine = await startProbe({ processes: 0 });
  swept = await sweepFor(engine);
});

afterAll(async () => {
  await swept.close();
  await engine.close();
});

test('a run that Temporal does not have raises an alarm that names where it was looked for, and ends by a cancellation [stuck.alarms] [stuck.projection]', async () => {
  const runId = await lostRun();
  const [alarm] = await swept.until(async () => (await alarmsOf(runId)).length === 1 && alarmsOf(runId));
  expect(alarm).toMatchObject({ kind: 'missing', subject: runId });
  expect(alarm?.sentence).toContain(`end the run with \`holdfast cancel ${runId}\``);
  const { tenant } = engine;
  await expect(engine.client.cancel(runId, { tenant, actor: 'ada' })).rejects.toMatchObject({ code: 'run-ended' });
  await swept.until(async () => (await swept.store.runs.find(tenant, runId))?.status === 'cancelled');
  await swept.until(async () => (await alarmsOf(runId)).length === 0);
});

test('a run that has long been quiet and that Temporal does not have raises an alarm first, and ends as lost by itself only once that has stood for the retention [stuck.alarms] [stuck.projection]', async () => {
  const runId = await lostRun();
  await aged('run', 'updated_at', runId);
  const [alarm] = await swept.until(async () => (await alarmsOf(runId)).length === 1 && alarmsOf(runId));
  expect(alarm?.sentence).toMatch(/by itself it ends as lost in \d+ hours\.$/);
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await swept.sweeps.once({ tenant: engine.tenant });
  await expect(swept.store.runs.find(engine.tenant, runId)).resolves.toMatchObject({ status: 'running' });
  await endsAsLost(runId);
});

test('a run of which there is news is not taken for lost, however long the alarm about it has stood [stuck.projection]', async () => {
  const runId = await lostRun();
  await swept.until(async () => (await alarmsOf(runId)).length === 1);
  await aged('alarm', 'raised_at', runId);
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await swept.sweeps.once({ tenant: engine.tenant });
  await expect(swept.store.runs.find(engine.tenant, runId)).resolves.toMatchObject({ status: 'running' });
});

test('an alarm that no sweep has seen for long is raised anew, so that a run is not lost by it: nobody looked, or the clock jumped [stuck.projection] [stuck.any-sweeps]', async () => {
  const runId = await lostRun();
  await swept.until(async () => (await alarmsOf(runId)).length === 1);
  await aged('run', 'updated_at', runId);
  for (const column of ['raised_at', 'seen_at'] as const) await aged('alarm', column, runId);
  const [old] = await alarmsOf(runId);
  const [anew] = await swept.until(async () => {
    const open = await alarmsOf(runId);
    return open.some(({ raisedAt }) => raisedAt.getTime() !== old?.raisedAt.getTime()) && open;
  });
  expect(anew).toMatchObject({ kind: 'missing', subject: runId });
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await swept.sweeps.once({ tenant: engine.tenant });
  await expect(swept.store.runs.find(engine.tenant, runId)).resolves.toMatchObject({ status: 'running' });
  await endsAsLost(runId);
});

test('an alarm of a run ends also behind 500 newer ones [stuck.alarms]', async () => {
  const { client, tenant } = engine;
  const { runId } = await client.start(probe, { run: randomUUID(), scenario: 'signal' }, { tenant, actor: 'ada' });
  const alarm = { tenant, kind: 'missing', subject: runId, runId, sentence: 'It was not there.' } as const;
  await swept.store.alarms.raise(alarm);
  await aged('alarm', 'raised_at', runId);
  // Older than those of other tests, which must not see them among the newest.
  const text = `insert into gate.alarm (tenant, kind, subject, sentence, raised_at)
    select $1, 'no-worker', 'other-' || n, 'Nobody works there.', clock_timestamp() - interval '300 days'
    from generate_series(1, 501) n`;
  await asOwner(text, tenant);
  await aged('run', 'updated_at', runId);
  await swept.sweeps.once({ tenant });
  await asOwner(`delete from gate.alarm where tenant = $1 and subject like 'other-%'`, tenant);
  await expect(alarmsOf(runId)).resolves.toEqual([]);
});

test('a Task Queue that nobody works on while runs wait raises one alarm for all tenants, which a worker ends [stuck.alarms]', async () => {
  const { client, tenant, taskQueue } = engine;
  const { runId } = await client.start(probe, { run: randomUUID(), scenario: 'signal' }, { tenant, actor: 'ada' });
  const ofQueue = async (): Promise<readonly string[]> => {
    const open = await swept.store.alarms.open({ tenant });
    return open
      .filter(({ tenant: of, subject }) => of === ALL_TENANTS && subject === taskQueue)
      .map(({ kind }) => kind);
  };
  await swept.until(async () => (await ofQueue()).length > 0);
  await expect(ofQueue()).resolves.toEqual(['no-worker']);
  await engine.startWorker(0);
  await swept.until(async () => (await ofQueue()).length === 0);
  await swept.row(runId, ({ status }) => status === 'waiting');
});

/** Once its alarm has stood for the retention. */
async function endsAsLost(runId: RunId): Promise<void> {
  await aged('alarm', 'raised_at', runId);
  await swept.until(async () => (await swept.store.runs.find(engine.tenant, runId))?.closedAt !== undefined);
  await expect(swept.row(runId, () => true)).resolves.toMatchObject({ status: 'failed', endCode: 'lost' });
}

/** A run whose row says that it was started, and that Temporal has never heard of. */
async function lostRun(): Promise<RunId> {
  const { tenant, registry } = engine;
  const input = { run: randomUUID(), scenario: 'signal' } as const;
  const { runId } = await enterRun({ store: swept.store, registry }, { job: probe, input, tenant, actor: 'ada' });
  await swept.store.runs.markStarted(tenant, runId);
  return runId;
}

/** Moves a moment of a run's row, or of its alarm's, 400 days back. */
async function aged(
  table: 'run' | 'alarm',
  column: 'updated_at' | 'raised_at' | 'seen_at',
  runId: RunId,
): Promise<void> {
  const text = `update gate.${table} set ${column} = ${column} - interval '400 days' where tenant = $1 and run_id = $2`;
  await asOwner(text, engine.tenant, runId);
}

async function asOwner(text: string, ...values: string[]): Promise<void> {
  const owner = databaseAs('owner');
  await owner.query({ name: `test.${text}`.slice(0, 60), text }, values);
  await owner.close();
}

async function alarmsOf(runId: RunId): Promise<readonly Alarm[]> {
  const open = await swept.store.alarms.open({ tenant: engine.tenant, runId });
  return open.filter((alarm) => alarm.runId === runId);
}
