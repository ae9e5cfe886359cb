import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { JobError } from '../../domain/errors.ts';
import type { RunId } from '../../domain/ids.ts';
import { answerUpdate, deliverSignal } from '../../workflows/messages.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { probe } from '../fixtures/probe/job.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { calls, type ScriptedModel, startScriptedModel } from '../fixtures/scripted-model.ts';
import { sharedStack } from '../stack-addresses.ts';
import { endOfRun } from './end-of-run.ts';
import { endInWords, LIMIT_MS, sendsOf, UNKNOWN_END } from './observing.ts';
import { type Moment, type RandomPlan, WAVE_MS } from './random-plan.ts';
import { resetAtRandom } from './reset-at-random.ts';
import { alternate, standStill } from './worker-lives.ts';

/** What each wave of runs is made of. */
export const SCENARIOS = ['sequence', 'native', 'natural', 'referenced', 'blind', 'agent', 'released'] as const;
/** How many calls a run of the scenario `sequence` makes. */
export const SEQUENCE_CALLS = 4;

const ANSWER_MS = 150;
const STANDS_MS = 30_000;
const ASKS_AGAIN_MS = 2_000;
const LATER: readonly string[] = ['unavailable', 'stack-failed'];
const SUBMITS = calls({ name: 'submit', arguments: { topic: 'tides', score: 7 } });

/** A run of the plan. */
export interface ChaosRun {
  readonly name: string;
  readonly runId: RunId;
  readonly scenario: (typeof SCENARIOS)[number];
}

/** A run, and how it stood when it went no further by itself, and at last. */
export interface EndedChaosRun extends ChaosRun {
  /** Before a person answered what is asked about effects that are not known. */
  readonly end: string;
  readonly sendsThen: number;
  readonly atLast: string;
}

/** What happens in a plan's course, and to what. */
export interface Chaos {
  readonly engine: ProbeEngine;
  readonly receiver: Receiver;
  readonly model: ScriptedModel;
  readonly temporal: Client;
  readonly runs: ChaosRun[];
  /** What was done, in words that end in counts. */
  readonly done: { kills: number; stops: number; resets: number; duplicates: number };
  close(): Promise<void>;
}

/** Brings up what a plan is carried out on. */
export async function openChaos(): Promise<Chaos> {
  const [receiver, model] = await Promise.all([startReceiver(), startScriptedModel()]);
  receiver.behave(() => ({ status: 200, body: { id: 'stamped', text: 'found' }, delayMs: ANSWER_MS }));
  model.script(() => SUBMITS);
  const systems = { receiver: { address: receiver.address } };
  const engine = await startProbe({ processes: 3, started: false, systems, model: model.address });
  const { address, namespace } = sharedStack().temporal;
  const connection = await Connection.connect({ address });
  return {
    engine,
    receiver,
    model,
    temporal: new Client({ connection, namespace }),
    runs: [],
    done: { kills: 0, stops: 0, resets: 0, duplicates: 0 },
    close: async () => {
      await engine.close();
      await connection.close();
      await Promise.all([receiver.close(), model.close()]);
    },
  };
}

/** Carries a plan out, answers what is asked, and waits until every run has ended and whoever stood still has gone on. */
export async function carryOut(chaos: Chaos, plan: RandomPlan): Promise<readonly EndedChaosRun[]> {
  const alternating = Promise.all(plan.lives.map((lives, index) => alternate(chaos, index, lives)));
  const still = standStill(chaos, { index: plan.lives.length, afterMs: plan.stopAtMs, forMs: STANDS_MS });
  // What fails first is what is told.
  for (const each of [alternating, still]) each.catch(() => undefined);
  const at = (moment: Moment, act: () => Promise<void>): Promise<void> => delay(moment.atMs).then(act);
  const release = await startWave(chaos, 0);
  await Promise.all([
    ...plan.resets.map((moment) => at(moment, () => reset(chaos, moment))),
    ...plan.pauses.map((moment) => at(moment, () => pauseTwice(chaos, moment))),
    at(plan.restart, () => chaos.receiver.restart(plan.restart.choice * 1_000)),
    ...plan.signals.map(async (moment, wave) => {
      await delay(wave * WAVE_MS);
      const released = wave === 0 ? release : await startWave(chaos, wave);
      await at(moment, () => deliverThrice(chaos, released));
    }),
  ]);
  const ends = await Promise.all(chaos.runs.map((run) => endOf(chaos, run)));
  const [victim] = await alternating;
  const answering = Promise.all(ends.map((run) => answered(chaos, run)));
  await delay(plan.killAnsweringMs);
  await victim?.kill();
  await chaos.engine.startWorker(0);
  const ended = await answering;
  await still;
  // When this has ended, whoever stood still has done all that it still had to do.
  const { runId } = await start(chaos, 'at last', 'native');
  await endOfRun(chaos.engine, runId);
  return ended;
}

/** Starts a run of each scenario, and answers the one that waits for its signal. */
async function startWave(chaos: Chaos, wave: number): Promise<RunId> {
  const started = SCENARIOS.map(async (scenario) => {
    const name = `wave ${wave} ${scenario}`;
    const { runId } = await start(chaos, name, scenario);
    chaos.runs.push({ name, runId, scenario });
    return runId;
  });
  const runIds = await Promise.all(started);
  return runIds[SCENARIOS.indexOf('released')] as RunId;
}

function start({ engine }: Chaos, run: string, scenario: ChaosRun['scenario']): Promise<{ runId: RunId }> {
  return engine.client.start(probe, { run, scenario, count: SEQUENCE_CALLS }, { tenant: engine.tenant });
}

// On a slow machine no Workflow Task may have been completed yet. Nothing is released before something was reset.
async function reset({ temporal, runs, done }: Chaos, moment: Moment): Promise<void> {
  const ids = runs.map(({ runId }) => runId);
  while (!(await resetAtRandom(temporal, ids, moment))) {
    if (done.resets > 0) return;
    await delay(ANSWER_MS);
  }
  done.resets += 1;
}

// Both may come while nobody is there to take them, and then they are refused; what was taken must be undone.
async function pauseTwice({ engine, runs, done }: Chaos, { choice }: Moment): Promise<void> {
  const { client, tenant } = engine;
  const sequences = runs.filter(({ scenario }) => scenario === 'sequence');
  const run = sequences[Math.floor(choice * sequences.length)];
  if (run === undefined) return;
  const control = { tenant, actor: 'test' };
  const paused = await Promise.allSettled([client.pause(run.runId, control), client.pause(run.runId, control)]);
  done.duplicates += paused.filter(({ status }) => status === 'fulfilled').length === 2 ? 1 : 0;
  await untilTaken(() => client.resume(run.runId, control));
}

// Once as people send it, twice more as Temporal would deliver it again, under the same id.
async function deliverThrice({ engine, temporal, done }: Chaos, runId: RunId): Promise<void> {
  while (done.resets === 0) await delay(ANSWER_MS);
  const signal = { name: 'release', id: `release ${runId}`, actor: 'test', payload: null };
  await engine.client.signal(runId, { ...signal, tenant: engine.tenant });
  const again = (): Promise<void> => temporal.workflow.getHandle(runId).signal(deliverSignal, signal);
  await Promise.allSettled([again(), again()]);
  done.duplicates += 1;
}

async function endOf({ engine, receiver }: Chaos, run: ChaosRun): Promise<Omit<EndedChaosRun, 'atLast'>> {
  const end = await endOfRun(engine, run.runId);
  return { ...run, end, sendsThen: sendsOf(receiver, run.name).length };
}

// A person looks at the receiver and tells the truth, as often as is asked: a repeat may end in doubt, too.
async function answered(chaos: Chaos, run: Omit<EndedChaosRun, 'atLast'>): Promise<EndedChaosRun> {
  if (run.end !== UNKNOWN_END) return { ...run, atLast: run.end };
  const { client, tenant } = chaos.engine;
  const deadline = performance.now() + LIMIT_MS;
  while (performance.now() < deadline) {
    const asked = await client.question(run.runId, { tenant });
    if (asked !== undefined) await answerThrice(chaos, run, asked.since);
    const seen = await client.wait(run.runId, { tenant, timeoutMs: ASKS_AGAIN_MS }).catch(() => undefined);
    if (seen !== undefined) return { ...run, atLast: endInWords(seen) };
  }
  return { ...run, atLast: 'has not ended' };
}

// Twice at once as people send it, and again as Temporal would deliver it once it is stored.
async function answerThrice({ engine, receiver, temporal, done }: Chaos, run: ChaosRun, since: Date): Promise<void> {
  const happened = sendsOf(receiver, run.name).length > 0;
  const answer = happened ? ({ kind: 'happened' } as const) : ({ kind: 'did-not-happen', next: 'repeat' } as const);
  const id = `answer ${run.name} ${since.getTime()}`;
  const input = { question: 'stampBlind', id, actor: 'test', evidence: 'The books were looked at.', answer };
  // What was answered to a worker that is dead is not known to the gate.
  const given = happened ? ({ kind: 'happened', output: { id: 'as the books have it' } } as const) : answer;
  const send = (): Promise<unknown> =>
    engine.client.answer(run.runId, { ...input, answer: given, tenant: engine.tenant });
  await Promise.allSettled([send(), send()]);
  const handle = temporal.workflow.getHandle(run.runId);
  const again = temporal.withDeadline(Date.now() + ASKS_AGAIN_MS, () =>
    handle.executeUpdate(answerUpdate, { args: [input], updateId: `${id} again` }),
  );
  await Promise.allSettled([again]);
  done.duplicates += 1;
}

// Nobody may be there to take it; a run that has ended takes nothing more.
async function untilTaken(act: () => Promise<unknown>): Promise<void> {
  for (;;) {
    const code = await act().then(
      () => 'taken',
      (error: unknown) => (error instanceof JobError ? error.code : Promise.reject(error)),
    );
    if (code === 'taken' || code === 'run-ended') return;
    if (!LATER.includes(code)) throw new Error(`It was refused as ${code}.`);
    await delay(ANSWER_MS);
  }
}
