import { setTimeout as delay } from 'node:timers/promises';
import type { HoldfastClient, ListedRun, Tenant, WaitingFor } from '../client/index.ts';
import { JobError } from '../domain/errors.ts';
import type { GivenAnswerTo, GivenSignal } from './options.ts';

const PAUSE_MS = 20;
const LOOK_CLOSELY_MS = 1_000;
/** How long a wait that was served may still show, in milliseconds. */
const SERVED_MS = 1_000;

/** A run that is followed, and what it is given on its way. */
export interface Followed {
  readonly client: HoldfastClient;
  readonly runId: string;
  readonly tenant: Tenant;
  readonly signals: readonly GivenSignal[];
  readonly answers: readonly GivenAnswerTo[];
  readonly timeoutMs: number;
  /** Whether a step may fail again and again for a while: its worker was killed, or who it asks is down. */
  readonly maybeDown: () => boolean;
}

/** How the run ended, or that it waits for what it is not given. */
export interface FollowedEnd {
  readonly run: ListedRun;
  readonly waitingFor?: WaitingFor;
}

/**
 * Follows a run to its end and gives it signals and answers when it waits for them.
 * @throws JobError `invalid-job` when its code fails, `deadline-exceeded` when it takes too long
 */
export async function followRun(followed: Followed): Promise<FollowedEnd> {
  const giver = new Giver(followed);
  const deadline = performance.now() + followed.timeoutMs;
  let nextLook = performance.now() + LOOK_CLOSELY_MS;
  for (;;) {
    const run = await rowOf(followed);
    if (run?.closedAt !== undefined) return { run };
    const waitingFor = run?.status === 'waiting' ? run.waitingFor : undefined;
    if (run !== undefined && waitingFor !== undefined && !(await giver.serve(waitingFor))) return { run, waitingFor };
    if (performance.now() >= deadline) throw tooLate(followed, run);
    if (performance.now() >= nextLook) {
      await refuseBlocked(followed);
      nextLook = performance.now() + LOOK_CLOSELY_MS;
    }
    await delay(PAUSE_MS);
  }
}

/** Gives a run what it waits for, each thing once. */
class Giver {
  readonly #followed: Followed;
  readonly #signals: GivenSignal[];
  readonly #answers: GivenAnswerTo[];
  readonly #endsAt: number;
  #served = { wait: '', at: 0 };

  constructor(followed: Followed) {
    this.#followed = followed;
    this.#signals = [...followed.signals];
    this.#answers = [...followed.answers];
    this.#endsAt = Date.now() + followed.timeoutMs;
  }

  /** Whether the wait can end: it was given something just now or a moment ago, or it ends by itself in time. */
  async serve(waitingFor: WaitingFor): Promise<boolean> {
    const { kind, name, since, deadline = 0 } = waitingFor;
    if (kind === 'unavailable') return true;
    if (kind === 'time') return deadline <= this.#endsAt;
    const wait = `${kind} ${name} ${since}`;
    // The run shows a wait until it has noted that it is over; two waits at once look the same.
    if (this.#served.wait === wait && performance.now() - this.#served.at < SERVED_MS) return true;
    const given = kind === 'answer' ? await this.#answer() : await this.#signal(name);
    this.#served = { wait, at: performance.now() };
    return given;
  }

  async #signal(name: string): Promise<boolean> {
    const index = this.#signals.findIndex((signal) => signal.name === name);
    const [signal] = index === -1 ? [] : this.#signals.splice(index, 1);
    if (signal === undefined) return false;
    const { client, runId, tenant } = this.#followed;
    await client.signal(runId, { name, payload: signal.payload ?? null, actor: 'rehearsal', tenant });
    return true;
  }

  async #answer(): Promise<boolean> {
    const given = this.#answers.shift();
    if (given === undefined) return false;
    const { client, runId, tenant } = this.#followed;
    const { answer, evidence = 'rehearsed' } = given;
    await client.answer(runId, { answer, evidence, actor: 'rehearsal', tenant });
    return true;
  }
}

async function rowOf({ client, runId, tenant }: Followed): Promise<ListedRun | undefined> {
  const runs = await client.list({ tenant });
  return runs.find((run) => run.runId === runId);
}

async function refuseBlocked({ client, runId, tenant, maybeDown }: Followed): Promise<void> {
  if (maybeDown()) return;
  const { blocked } = await client.view(runId, { tenant });
  if (blocked !== undefined)
    throw new JobError('invalid-job', `The run does not move on, and ended the rehearsal: ${blocked.error}`);
}

function tooLate({ timeoutMs }: Followed, run: ListedRun | undefined): JobError {
  const waits = run?.waitingFor === undefined ? '' : `; it waits: ${run.waitingFor.sentence}`;
  const where = run === undefined ? '' : ` at ${run.step || 'its start'}${waits}`;
  return new JobError(
    'deadline-exceeded',
    `The run has not ended after ${timeoutMs} ms${where}. Mend what holds it up, or give a longer \`timeoutMs\`.`,
  );
}
