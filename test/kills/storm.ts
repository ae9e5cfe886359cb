import { setTimeout as delay } from 'node:timers/promises';
import type { CallKey } from '../../domain/ids.ts';
import type { LedgerEntry } from '../../gate/client-store.ts';
import type { Layout } from '../../main/worker-specs.ts';
import { eventually } from '../fixtures/eventually.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import type { WorkerProcess } from '../fixtures/worker-process.ts';
import { endedRun, type EndedRun, keysOf, type RunPlan, type StartedRun, startRuns } from './many-runs.ts';
import { ledgersOf } from './observing.ts';
import { seeded } from './seeded.ts';

/** What happens in a storm, and the runs of each of its waves. All that is random follows from the seed. */
export interface StormPlan extends RunPlan {
  readonly layout: Layout;
  readonly seed: number;
  /** Which workers are killed in each wave of runs, by their place among the specifications; they are started again. */
  readonly kills: readonly (readonly number[])[];
}

/** What was to be seen of a storm. */
export interface StormSeen {
  readonly runs: readonly EndedRun[];
  /** What the ledger has of them. */
  readonly calls: readonly LedgerEntry[];
  /** Keys of all class A calls that the runs are made of, sorted; computed here and not by the engine. */
  readonly expected: readonly CallKey[];
  /** Keys of the effects that the receiver has, sorted. */
  readonly found: readonly string[];
  /** How many requests were at the receiver without an answer at each kill. */
  readonly inFlightAtKills: readonly number[];
}

// A run of six calls cannot have ended when the latest kill comes after its first request.
const ANSWER_MS = 150;
const LATEST_KILL_MS = 600;

/** Starts runs in waves, kills workers in each wave with kill -9 and starts them again, and waits until every run has ended. */
export async function storm(plan: StormPlan): Promise<StormSeen> {
  const receiver = await startReceiver();
  receiver.behave(() => ({ status: 200, body: { id: 'stamped' }, delayMs: ANSWER_MS }));
  const systems = { receiver: { address: receiver.address } };
  const engine = await startProbe({ layout: plan.layout, processes: 2, started: false, systems });
  try {
    const { started, inFlightAtKills } = await waves(plan, engine, receiver);
    const runs = await Promise.all(started.map((run) => endedRun(engine, receiver, run)));
    const sequences = runs.filter(({ scenario }) => scenario === 'sequence');
    return {
      runs,
      calls: (
        await ledgersOf(
          engine,
          runs.map(({ runId }) => runId),
        )
      ).flat(),
      expected: sequences.flatMap(({ runId }) => keysOf(engine, runId, plan.calls)).toSorted(),
      found: receiver.effects.filter((effect) => !effect.startsWith('send-')).toSorted(),
      inFlightAtKills,
    };
  } finally {
    await engine.close();
    await receiver.close();
  }
}

async function waves(
  plan: StormPlan,
  engine: ProbeEngine,
  receiver: Receiver,
): Promise<{ started: readonly StartedRun[]; inFlightAtKills: readonly number[] }> {
  const random = seeded(plan.seed);
  const workers = await Promise.all(engine.specs.map((_, index) => engine.startWorker(index)));
  const started: StartedRun[] = [];
  const inFlightAtKills: number[] = [];
  for (const [wave, victims] of plan.kills.entries()) {
    const arrived = receiver.received.length;
    started.push(...(await startRuns(engine, `wave ${wave}`, plan)));
    await eventually(() => (receiver.received.length > arrived ? true : undefined));
    await delay(random() * LATEST_KILL_MS);
    const kill = await eventually(() =>
      killInFlight(
        receiver,
        victims.map((victim) => workerAt(workers, victim)),
      ),
    );
    inFlightAtKills.push(kill.inFlight);
    await Promise.all(kill.ended);
    await Promise.all(victims.map(async (victim) => (workers[victim] = await engine.startWorker(victim))));
  }
  return { started, inFlightAtKills };
}

// All in one turn: what the receiver has not answered yet it cannot have answered before the signal.
function killInFlight(
  receiver: Receiver,
  victims: readonly WorkerProcess[],
): { readonly inFlight: number; readonly ended: readonly Promise<void>[] } | undefined {
  const inFlight = receiver.received.filter(({ at }) => Date.now() - at < ANSWER_MS).length;
  return inFlight === 0 ? undefined : { inFlight, ended: victims.map((victim) => victim.kill()) };
}

function workerAt(workers: readonly WorkerProcess[], index: number): WorkerProcess {
  const worker = workers[index];
  if (worker === undefined) throw new Error(`There is no worker ${index}.`);
  return worker;
}
