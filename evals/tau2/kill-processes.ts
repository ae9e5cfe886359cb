import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../../main/engine.ts';
import type { OpenRun } from './deliver-cases.ts';
import { giveOrder, isTaken, type KillOrder, takeBack } from './kill-order.ts';
import type { KillKind, PlannedKill } from './kill-plan.ts';
import { DESK } from './open-tau2.ts';

/** What kills are carried out on. */
export interface Killing {
  readonly engine: Pick<Engine, 'stack' | 'client'>;
  /** The file of orders that the workers look at. */
  readonly order: string;
  /** The runs that are open now. */
  readonly open: ReadonlyMap<string, OpenRun>;
  /** Is told of each kill once it is done, and how many processes it met. */
  readonly onKill: (kind: KillKind, killed: number) => void;
  /** Asks for one more task to begin: a kill finds nothing that it could meet. */
  readonly needWork: () => void;
  /** Aborts when the last task has ended: nothing is killed any more. */
  readonly over: AbortSignal;
}

/** How often processes were killed, frozen or restarted, by kind. */
export type KillCounts = Partial<Record<KillKind, number>>;

const ACTOR = 'evaluation';
const UP_WITHIN_MS = 60_000;
const DEATH_SHOWS_MS = 500;
const WORK_EVERY_MS = 2_000;
const TAKEN_WITHIN_MS = 30_000;
const FROZEN_MS = 30_000;
const LOOK_MS = 50;
const SETTLE_MS = 4_000;
const UPDATE_TRIES = 30;

/** Carries a plan out while tasks run; answers what was killed, when all of it is over. */
export async function killProcesses(plan: readonly PlannedKill[], killing: Killing): Promise<KillCounts> {
  const counts: KillCounts = {};
  const since = performance.now();
  const beside: Promise<void>[] = [];
  for (const planned of plan) {
    await pause(since + planned.atMs - performance.now(), killing.over);
    await untilUp(killing);
    if (killing.over.aborted) break;
    const count = await ACTS[planned.kind]({ ...killing, worker: planned.worker, beside });
    counts[planned.kind] = (counts[planned.kind] ?? 0) + count;
    killing.onKill(planned.kind, count);
  }
  await Promise.all(beside);
  return counts;
}

// On a busy machine a process takes longer to come back than the next kill is away, and nothing would ever be done.
async function untilUp(killing: Killing): Promise<void> {
  const isUp = async (): Promise<boolean> => {
    const kept = await killing.engine.stack.processes();
    return killing.open.size > 0 && kept.every(({ status }) => status === 'running');
  };
  // That a process is dead shows a moment later.
  await pause(DEATH_SHOWS_MS, killing.over);
  await within(UP_WITHIN_MS, killing, isUp);
  await pause(SETTLE_MS, killing.over);
}

/** Whether something comes true in a time; what there is to do meanwhile is asked for. */
async function within(ms: number, { over, needWork }: Killing, isTrue: () => Promise<boolean>): Promise<boolean> {
  const since = performance.now();
  for (let asked = 1; performance.now() - since < ms && !over.aborted;) {
    if (await isTrue()) return true;
    if (performance.now() - since > asked * WORK_EVERY_MS) {
      asked += 1;
      needWork();
    }
    await pause(LOOK_MS, over);
  }
  return false;
}

/** What a kill is carried out with. */
interface Act extends Killing {
  readonly worker: number;
  /** What goes on beside the kills that follow. */
  readonly beside: Promise<void>[];
}

const ACTS: Readonly<Record<KillKind, (act: Act) => Promise<number>>> = {
  'worker-before-model-call': (act) => byOrder({ point: 'before-claim', effects: ['model'] }, act),
  'worker-after-model-answer': (act) => byOrder({ point: 'answered', effects: ['model'] }, act),
  'worker-tool-request-in-flight': (act) => byOrder({ point: 'bytes-left', effects: ['read', 'write'] }, act),
  'worker-after-effect': (act) => byOrder({ point: 'answered', effects: ['write'] }, act),
  'worker-while-person-is-asked': async (act) => ((await somebodyWaits(act)) ? kill(act, workerName(act.worker)) : 0),
  'worker-while-update-is-delivered': whileUpdated,
  'worker-frozen-30-s': freeze,
  'two-workers-alternating': alternate,
  'temporal-server': (act) => kill(act, 'temporal-server'),
  postgres: (act) => kill(act, 'postgres'),
  'tool-server': (act) => kill(act, DESK),
};

async function freeze(act: Act): Promise<number> {
  const pid = await pidOf(act, workerName(act.worker));
  if (pid === undefined) return 0;
  process.kill(pid, 'SIGSTOP');
  act.beside.push(thaw(pid));
  return 1;
}

async function alternate(act: Act): Promise<number> {
  const first = await kill(act, workerName(act.worker));
  await untilUp(act);
  return first + (await kill(act, workerName(1 - act.worker)));
}

async function byOrder(order: KillOrder, act: Act): Promise<number> {
  giveOrder(act.order, order);
  await within(TAKEN_WITHIN_MS, act, async () => isTaken(act.order));
  return takeBack(act.order) ? 0 : 1;
}

async function somebodyWaits(act: Act): Promise<boolean> {
  return within(TAKEN_WITHIN_MS, act, async () => [...act.open.values()].some(({ waits }) => waits));
}

// Both workers, since either may be the one that has the update.
async function whileUpdated(killing: Act): Promise<number> {
  const { client } = killing.engine;
  const [run] = [...killing.open.values()].filter(({ waits }) => !waits);
  if (run === undefined) return 0;
  const control = { tenant: run.tenant, actor: ACTOR };
  const delivered = client.pause(run.runId, control).then(
    () => true,
    () => false,
  );
  const killed = (await Promise.all([0, 1].map((number) => kill(killing, workerName(number))))).reduce((a, b) => a + b);
  await delivered;
  // A run that has ended takes none; one that the pause reached goes on.
  for (let tries = 0; tries < UPDATE_TRIES; tries += 1) {
    const resumed = await client.resume(run.runId, control).then(
      () => true,
      (error: unknown) => error instanceof Error && 'code' in error && error.code === 'run-ended',
    );
    if (resumed) break;
    await delay(SETTLE_MS / 3);
  }
  return killed;
}

async function kill(killing: Killing, name: string): Promise<number> {
  const pid = await pidOf(killing, name);
  if (pid === undefined) return 0;
  process.kill(pid, 'SIGKILL');
  return 1;
}

async function pidOf({ engine }: Killing, name: string): Promise<number | undefined> {
  const kept = await engine.stack.processes();
  return kept.find((one) => one.name === name && one.status === 'running')?.pid;
}

async function thaw(pid: number): Promise<void> {
  await delay(FROZEN_MS);
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // Killed meanwhile by another kill of the plan.
  }
}

async function pause(ms: number, over: AbortSignal): Promise<void> {
  await delay(Math.max(0, ms), undefined, { signal: over }).catch(() => undefined);
}

function workerName(number: number): string {
  return `worker-holdfast-w${number + 1}`;
}
