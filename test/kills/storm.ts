import { setTimeout as delay } from 'node:timers/promises';
import { callKeyOf } from '../../domain/digest.ts';
import type { CallKey, RunId, StepPath } from '../../domain/ids.ts';
import type { LedgerEntry } from '../../gate/client-store.ts';
import type { Layout } from '../../main/worker-specs.ts';
import { eventually } from '../fixtures/eventually.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { probe } from '../fixtures/probe/job.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import type { WorkerProcess } from '../fixtures/worker-process.ts';
import { endInWords, ledgersOf, sendsOf } from './observing.ts';
import { seeded } from './seeded.ts';

/** What happens in a storm. All that is random follows from the seed. */
export interface StormPlan {
  readonly layout: Layout;
  readonly seed: number;
  /** Which workers are killed in each wave of runs, by their place among the specifications; they are started again. */
  readonly kills: readonly (readonly number[])[];
  /** Runs of class A calls that each wave starts. */
  readonly sequences: number;
  /** How many calls each of them makes, one after the other. */
  readonly calls: number;
  /** Runs of one class D call that each wave starts. */
  readonly blinds: number;
}

/** How one run of a storm ended. */
export interface StormRun {
  readonly runId: RunId;
  readonly scenario: 'sequence' | 'blind';
  readonly end: string;
  /** Requests that arrived for it at the receiver. */
  readonly sends: number;
}

/** What was to be seen of a storm. */
export interface StormSeen {
  readonly runs: readonly StormRun[];
  /** What the ledger has of them. */
  readonly calls: readonly LedgerEntry[];
  /** Keys of all class A calls that the runs are made of, sorted; computed here and not by the engine. */
  readonly expected: readonly CallKey[];
  /** Keys of the effects that the receiver has, sorted. */
  readonly found: readonly string[];
  /** How many runs had not ended at each kill. */
  readonly openAtKills: readonly number[];
}

// A run of six calls cannot have ended when the latest kill comes after its first request.
const ANSWER_MS = 150;
const LATEST_KILL_MS = 600;
const LIMIT_MS = 45_000;

/** Starts runs in waves, kills workers in each wave with kill -9 and starts them again, and waits until every run has ended. */
export async function storm(plan: StormPlan): Promise<StormSeen> {
  const receiver = await startReceiver();
  receiver.behave(() => ({ status: 200, body: { id: 'stamped' }, delayMs: ANSWER_MS }));
  const systems = { receiver: { address: receiver.address } };
  const engine = await startProbe({ layout: plan.layout, processes: 2, started: false, systems });
  try {
    const { started, openAtKills } = await waves(plan, engine, receiver);
    const runs = await Promise.all(started.map((run) => ended(engine, receiver, run)));
    const sequences = runs.filter(({ scenario }) => scenario === 'sequence');
    return {
      runs,
      calls: (await ledgersOf(engine, runs.map(({ runId }) => runId))).flat(),
      expected: sequences.flatMap(({ runId }) => keysOf(engine, runId, plan.calls)).toSorted(),
      found: receiver.effects.filter((effect) => !effect.startsWith('send-')).toSorted(),
      openAtKills,
    };
  } finally {
    await engine.close();
    await receiver.close();
  }
}

interface Started {
  readonly name: string;
  readonly runId: RunId;
  readonly scenario: StormRun['scenario'];
}

async function waves(
  plan: StormPlan,
  engine: ProbeEngine,
  receiver: Receiver,
): Promise<{ started: readonly Started[]; openAtKills: readonly number[] }> {
  const random = seeded(plan.seed);
  const workers = await Promise.all(engine.specs.map((_, index) => engine.startWorker(index)));
  const started: Started[] = [];
  const openAtKills: number[] = [];
  for (const [wave, victims] of plan.kills.entries()) {
    const arrived = receiver.received.length;
    started.push(...(await startWave(plan, engine, wave)));
    await eventually(() => (receiver.received.length > arrived ? true : undefined));
    await delay(random() * LATEST_KILL_MS);
    const [open] = await Promise.all([openRuns(engine), ...victims.map((victim) => workerAt(workers, victim).kill())]);
    openAtKills.push(open);
    await Promise.all(victims.map(async (victim) => (workers[victim] = await engine.startWorker(victim))));
  }
  return { started, openAtKills };
}

async function startWave(plan: StormPlan, engine: ProbeEngine, wave: number): Promise<readonly Started[]> {
  const scenarios = [...Array<'sequence'>(plan.sequences).fill('sequence'), ...Array<'blind'>(plan.blinds).fill('blind')];
  return Promise.all(
    scenarios.map(async (scenario, index) => {
      const name = `${scenario} ${wave}.${index}`;
      const { runId } = await engine.client.start(probe, { run: name, scenario, count: plan.calls }, { tenant: engine.tenant });
      return { name, runId, scenario };
    }),
  );
}

async function openRuns(engine: ProbeEngine): Promise<number> {
  const runs = await engine.client.list({ tenant: engine.tenant });
  return runs.filter(({ closedAt }) => closedAt === undefined).length;
}

function workerAt(workers: readonly WorkerProcess[], index: number): WorkerProcess {
  const worker = workers[index];
  if (worker === undefined) throw new Error(`There is no worker ${index}.`);
  return worker;
}

async function ended(engine: ProbeEngine, receiver: Receiver, run: Started): Promise<StormRun> {
  const { name, runId, scenario } = run;
  const seen = await engine.client.wait(runId, { tenant: engine.tenant, timeoutMs: LIMIT_MS });
  return { runId, scenario, end: endInWords(seen), sends: sendsOf(receiver, name).length };
}

function keysOf(engine: ProbeEngine, runId: RunId, calls: number): CallKey[] {
  const paths = Array.from({ length: calls }, (_, index) => `stampRepeated${index === 0 ? '' : `#${index + 1}`}` as StepPath);
  return paths.map((stepPath) => callKeyOf({ tenant: engine.tenant, runId, stepPath }));
}
