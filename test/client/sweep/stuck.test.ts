import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { enterRun } from '../../../client/enter-run.ts';
import { REAPER_WORKFLOW, reaperScheduleOf } from '../../../domain/reaper.ts';
import type { InputOf } from '../../../jobs/index.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { probe } from '../../fixtures/probe/job.ts';
import { type ProbeEngine, startProbe } from '../../fixtures/probe-engine.ts';
import { type Receiver, startReceiver } from '../../fixtures/receiver.ts';
import { type SweepUnderTest, sweepFor } from './sweep-under-test.ts';

let receiver: Receiver;
let engine: ProbeEngine;
let swept: SweepUnderTest;

beforeAll(async () => {
  receiver = await startReceiver();
  engine = await startProbe({ systems: { receiver: { address: receiver.address } } });
  swept = await sweepFor(engine, { unavailableMs: 1_000 });
  await swept.start();
});

afterAll(async () => {
  await swept.close();
  await engine.close();
  await receiver.close();
});

test('a run that was terminated in Temporal ends in lists too, and frees what it held [stuck.projection]', async () => {
  const runId = await start('signal');
  await swept.row(runId, ({ status }) => status === 'waiting');
  await swept.temporal.workflow.getHandle(runId).terminate('by hand');
  const row = await swept.row(runId, ({ closedAt }) => closedAt !== undefined);
  expect(row).toMatchObject({ status: 'failed', endCode: 'terminated', waitingFor: undefined });
});

test('decisions that were stored and never sent arrive in their order [stuck.decisions]', async () => {
  const { tenant } = engine;
  const runId = await start('signal');
  await swept.row(runId, ({ status }) => status === 'waiting');
  const insert = (kind: 'pause' | 'resume' | 'signal', name?: string): Promise<unknown> =>
    swept.store.decisions.insert({
      tenant,
      runId,
      decisionId: randomUUID(),
      kind,
      actor: 'ada',
      payload: kind === 'signal' ? 'hello' : null,
      ...(name === undefined ? {} : { name }),
    });
  await insert('pause');
  await swept.row(runId, ({ status }) => status === 'paused');
  await insert('resume');
  await insert('signal', 'release');
  await expect(swept.row(runId, ({ closedAt }) => closedAt !== undefined)).resolves.toMatchObject({
    status: 'completed',
  });
});

test('a run whose start was cut before Temporal had it is started [stuck.starts]', async () => {
  const { tenant, registry } = engine;
  const parts = { store: swept.store, registry };
  const { runId } = await enterRun(parts, { job: probe, input: inputOf('pauseable'), tenant, actor: 'ada' });
  const row = await swept.row(runId, ({ status }) => status === 'completed');
  expect(row).toMatchObject({ actor: 'ada', endCode: undefined });
});

test('a run that waits too long for what is down raises an alarm once, and its end clears it [stuck.alarms]', async () => {
  receiver.behave(() => ({ status: 503 }));
  const runId = await start('pauseable');
  const [alarm] = await swept.alarms(runId, 1);
  expect(alarm).toMatchObject({ kind: 'unavailable', subject: runId, tenant: engine.tenant });
  expect(alarm?.sentence).toContain('bring it up and resume the run, or cancel it.');
  receiver.behave(() => ({ status: 200, body: { id: 'ok', text: 'found' } }));
  await engine.client.resume(runId, { actor: 'ada', tenant: engine.tenant });
  await swept.row(runId, ({ status }) => status === 'completed');
  await swept.alarms(runId, 0);
  expect(swept.warned.filter((sentence) => sentence.startsWith(runId))).toHaveLength(1);
});

test('what an ended run left half-done is asked about and settled, and sent no second time [stuck.leftovers]', async () => {
  receiver.behave(() => 'hang');
  const before = receiver.effects.length;
  const runId = await start('referenced');
  await eventually(() => (receiver.effects.length > before ? true : undefined));
  await engine.workers[0]?.kill();
  await swept.temporal.workflow.getHandle(runId).terminate('by hand');
  await swept.row(runId, ({ endCode }) => endCode === 'terminated');
  receiver.behave(() => ({ status: 200, body: { id: 'ok', text: 'found' } }));
  await engine.startWorker(0);
  const call = await settled(runId, 'stampReferenced', 'committed');
  expect(call.sentence).toBe('Asked after the run had ended: it took place.');
  expect(receiver.effects).toHaveLength(before + 1);
});

test('what nobody can be asked about raises an alarm, and a person settles it after the run has ended [stuck.leftovers]', async () => {
  receiver.behave(() => 'hang');
  const { tenant, client } = engine;
  const before = receiver.effects.length;
  const runId = await start('blind');
  await eventually(() => (receiver.effects.length > before ? true : undefined));
  await engine.workers.at(-1)?.kill();
  await swept.temporal.workflow.getHandle(runId).terminate('by hand');
  await engine.startWorker(0);
  const [alarm] = await swept.alarms(runId, 1);
  expect(alarm).toMatchObject({ kind: 'effect-unknown', subject: `${runId}/stampBlind` });
  const looked = { actor: 'grace', evidence: 'the books have it', tenant, question: 'stampBlind' };
  await expect(
    client.answer(runId, { ...looked, answer: { kind: 'did-not-happen', next: 'repeat' } }),
  ).rejects.toMatchObject({ code: 'invalid-input' });
  await client.answer(runId, { ...looked, answer: { kind: 'happened', output: { id: 'seen' } } });
  const call = await settled(runId, 'stampBlind', 'accepted');
  expect(call.sentence).toBe('grace: the books have it');
  await swept.alarms(runId, 0);
  expect(receiver.effects).toHaveLength(before + 1);
});

test('a second engine of the Task Queue finds the schedule, and sweeps go on when their workflow is ended [stuck.schedule]', async () => {
  const { taskQueue } = engine;
  await swept.start();
  const scheduleId = reaperScheduleOf(taskQueue);
  const schedules: string[] = [];
  for await (const schedule of swept.temporal.schedule.list())
    if (schedule.scheduleId.endsWith(taskQueue)) schedules.push(schedule.scheduleId);
  expect(schedules).toEqual([scheduleId]);
  const handle = swept.temporal.schedule.getHandle(scheduleId);
  // By visibility: a schedule does not list an action once it has continued as new.
  const open = `TaskQueue = '${taskQueue}-starts' and WorkflowType = '${REAPER_WORKFLOW}' and ExecutionStatus = 'Running'`;
  const { workflowId } = await eventually(async () => {
    for await (const sweeping of swept.temporal.workflow.list({ query: open })) return sweeping;
    return undefined;
  });
  await swept.temporal.workflow.getHandle(workflowId).terminate('by hand');
  // It would by itself within a minute.
  await handle.trigger('ALLOW_ALL');
  const runId = await start('signal');
  await swept.row(runId, ({ status }) => status === 'waiting');
  await swept.temporal.workflow.getHandle(runId).terminate('by hand');
  await swept.row(runId, ({ endCode }) => endCode === 'terminated');
});

type Scenario = InputOf<typeof probe>['scenario'];

function inputOf(scenario: Scenario): InputOf<typeof probe> {
  return { run: randomUUID(), scenario };
}

async function start(scenario: Scenario): Promise<Awaited<ReturnType<typeof engine.client.start>>['runId']> {
  const { runId } = await engine.client.start(probe, inputOf(scenario), { tenant: engine.tenant, actor: 'ada' });
  return runId;
}

function settled(
  runId: Parameters<typeof swept.store.runs.ledger>[1],
  step: string,
  state: string,
): Promise<Awaited<ReturnType<typeof swept.store.runs.ledger>>[number]> {
  return eventually(async () => {
    const ledger = await swept.store.runs.ledger(engine.tenant, runId);
    return ledger.find((call) => call.stepPath === step && call.state === state);
  });
}
