import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { defaultPayloadConverter, WorkflowNotFoundError } from '@temporalio/client';
import { enterRun } from '../../../client/enter-run.ts';
import { canonicalJson } from '../../../domain/canonical.ts';
import { digestOfJson, forkIdOf } from '../../../domain/digest.ts';
import type { ForkHanded } from '../../../domain/fork.ts';
import type { BlobRef, RunId } from '../../../domain/ids.ts';
import type { RunRow } from '../../../gate/client-store.ts';
import type { Gate } from '../../../gate/index.ts';
import { pinDefinition } from '../../../jobs/definition.ts';
import { enterJob } from '../../../jobs/enter-job.ts';
import type { InputOf } from '../../../jobs/index.ts';
import { probe } from '../../fixtures/probe/job.ts';
import { type ProbeEngine, startProbe } from '../../fixtures/probe-engine.ts';
import { gateAt } from '../../gate/fixture.ts';
import { type SweepUnderTest, sweepFor } from './sweep-under-test.ts';

// No worker ever polls: what runs there stays where it is.
let engine: ProbeEngine;
let swept: SweepUnderTest;
let gate: Gate;

beforeAll(async () => {
  engine = await startProbe({ processes: 0 });
  [swept, gate] = await Promise.all([sweepFor(engine), gateAt('http://127.0.0.1:9')]);
});

afterAll(async () => {
  await gate.close();
  await swept.close();
  await engine.close();
});

test('a child run that never began is left to the run that asked for it, and ends as cancelled once that one has ended [stuck.starts]', async () => {
  const [cancelled, open] = [await parent(), await parent()];
  const [orphan, waiting] = [await child(cancelled), await child(open)];
  await endRun(cancelled);
  await sweptPast();
  await swept.until(async () => (await row(orphan)).closedAt !== undefined);
  expect(await row(orphan)).toMatchObject({
    status: 'cancelled',
    endCode: 'cancelled',
    endSentence: `It was never started: the run ${cancelled} that asked for it ended first (cancelled).`,
  });
  expect((await row(waiting)).status).toBe('starting');
  expect(await isInTemporal([orphan, waiting])).toEqual([false, false]);
  await endRun(open);
  await swept.until(async () => (await row(waiting)).status === 'cancelled');
  expect(await isInTemporal([waiting])).toEqual([false]);
});

test('a child run that never began is left to the run that asks for it now, once the first one has ended [stuck.starts]', async () => {
  const [first, second] = [await parent(), await parent()];
  const input = inputOf();
  const runId = await child(first, input);
  await child(second, input);
  expect((await row(runId)).parentRun).toBe(first);
  await endRun(first);
  await child(second, input);
  expect(await row(runId)).toMatchObject({ parentRun: second, actor: `run:${second}` });
  await sweptPast();
  expect((await row(runId)).status).toBe('starting');
});

test('a fork whose start was cut is started with the corrections and the sleeps of its first run [stuck.starts] [fork.prefix]', async () => {
  const { tenant } = engine;
  const corrected = { kind: 'corrected', output: 'abcdefghijklmnopqrstuv' as BlobRef } as const;
  const handed = {
    answers: [{ question: 'label', id: 'one', actor: 'ada', evidence: 'seen', answer: corrected }],
    sleeps: { cooling: [1] },
  };
  const runId = await enteredFork(await parent(), handed);
  await swept.until(async () => (await row(runId)).status === 'running');
  const { events } = await swept.temporal.workflow.getHandle(runId).fetchHistory();
  const given = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  if (given === undefined || given === null) throw new Error(`${runId} was started with nothing.`);
  const { definition, inputRef: input } = await row(runId);
  expect(defaultPayloadConverter.fromPayload(given)).toMatchObject({ tenant, definition, input, fork: handed });
});

/** A fork that has its row and begins with no calls; not started. */
async function enteredFork(source: RunId, handed: ForkHanded): Promise<RunId> {
  const { tenant } = engine;
  const runId = forkIdOf({ tenant, source, request: 'cut' });
  const pinned = pinDefinition(probe);
  const entered = await swept.store.forks.enter({
    tenant,
    runId,
    job: probe.name,
    version: probe.version,
    definition: Buffer.from(canonicalJson(pinned)),
    input: Buffer.from(canonicalJson(inputOf())),
    actor: 'ada',
    source,
    step: '',
    request: digestOfJson('cut'),
    edits: {},
    handed,
    calls: [],
    transcripts: [],
    decisions: [],
  });
  expect(entered).toBe('entered');
  return runId;
}

function inputOf(): InputOf<typeof probe> {
  return { run: randomUUID(), scenario: 'signal' };
}

/** A run that is under way, as far as its row tells. */
async function parent(): Promise<RunId> {
  const { tenant } = engine;
  const runId = await plainRun();
  await swept.store.runs.markStarted(tenant, runId);
  return runId;
}

async function plainRun(): Promise<RunId> {
  const { tenant, registry } = engine;
  const entering = { job: probe, input: inputOf(), tenant, actor: 'ada' };
  return (await enterRun({ store: swept.store, registry }, entering)).runId;
}

/** A run that another one has entered, as the Activity does, and not started. */
async function child(of: RunId, input = inputOf()): Promise<RunId> {
  const { tenant } = engine;
  const store = {
    enter: (run: Parameters<Gate['runs']['enter']>[0]) => gate.runs.enter(run),
    read: async (...place: Parameters<Gate['blobs']['get']>) => (await gate.blobs.get(...place)).bytes,
  };
  return (await enterJob(store, { job: probe, input, tenant, actor: `run:${of}`, parent: of })).runId;
}

async function endRun(runId: RunId): Promise<void> {
  await swept.store.sweep.repair({ tenant: engine.tenant, runId, status: 'cancelled' });
}

/** Sweeps until a run is started that was entered just now: whatever is older was looked at as well. */
async function sweptPast(): Promise<void> {
  const runId = await plainRun();
  await swept.until(async () => (await row(runId)).status === 'running');
}

async function row(runId: RunId): Promise<RunRow> {
  return swept.row(runId, () => true);
}

function isInTemporal(runIds: readonly RunId[]): Promise<readonly boolean[]> {
  const describe = (runId: RunId): Promise<unknown> => swept.temporal.workflow.getHandle(runId).describe();
  return Promise.all(
    runIds.map((runId) =>
      describe(runId).then(
        () => true,
        (error: unknown) => {
          if (error instanceof WorkflowNotFoundError) return false;
          throw error;
        },
      ),
    ),
  );
}
