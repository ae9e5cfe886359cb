import { setTimeout as delay } from 'node:timers/promises';
import { JobError } from 'holdfast';
import type { GivenAnswer, HoldfastClient, ListedRun, ShownQuestion, Tenant } from 'holdfast/client';
import type { LiveView } from './live-view.ts';
import { stuckSentence } from './stuck.ts';

/** Whose runs are watched, and who decides. */
export interface Watching {
  readonly client: HoldfastClient;
  readonly tenant: Tenant;
  /**
   * Whether a person lets a run go on; absent when there is nobody to ask, and such runs stay waiting. Whoever answers is not
   * authenticated until signed approvals exist.
   */
  readonly release?: (question: string) => Promise<boolean>;
  /** A person's answer to a question of a run; `undefined` leaves it open, and so does nobody to ask. */
  readonly answer?: (question: ShownQuestion) => Promise<{ answer: GivenAnswer; evidence: string } | undefined>;
  /** Is told why an answer was not taken. */
  readonly complain?: (sentence: string) => void;
  /** In milliseconds: how long every open run may wait for an endpoint or system that is down; default: for ever. */
  readonly patienceMs?: number;
}

const POLL_MS = 250;
const MAX_LISTED = 500;

/**
 * Watches runs until each has ended or waits for a person who is not here, asking for releases meanwhile. Answers why it gave
 * up, when it did.
 */
export async function watchRuns(
  watching: Watching,
  runIds: readonly string[],
  view: LiveView,
): Promise<string | undefined> {
  const asked = new Set<string>();
  const since = Date.now();
  await tryAgain(watching, runIds);
  for (;;) {
    const runs = await runsOf(watching, runIds);
    view.show(runs);
    const open = runs.filter((run) => run.closedAt === undefined);
    const question = open.find((run) => isQuestion(run) && watching.answer !== undefined && !asked.has(asksOf(run)));
    if (question !== undefined) {
      asked.add(asksOf(question));
      view.done();
      await answer(watching, question);
      continue;
    }
    if (open.every((run) => isLeft(watching, run))) return undefined;
    const stuck = await stuckSentence(watching, open, since);
    if (stuck !== undefined) return stuck;
    const waiting = open.find((run) => isRelease(run) && !asked.has(run.runId));
    if (waiting === undefined || watching.release === undefined) await delay(POLL_MS);
    else {
      asked.add(waiting.runId);
      view.done();
      await decide(watching, waiting, watching.release);
    }
  }
}

/** The runs of some ids as they stand, in the order of the ids. */
export async function runsOf(
  { client, tenant }: Pick<Watching, 'client' | 'tenant'>,
  runIds: readonly string[],
): Promise<readonly ListedRun[]> {
  const listed = await client.list({ tenant, limit: MAX_LISTED });
  const byId = new Map(listed.map((run) => [run.runId, run]));
  return Promise.all(runIds.map(async (runId) => byId.get(runId) ?? client.view(runId, { tenant })));
}

function isRelease({ waitingFor }: ListedRun): boolean {
  return waitingFor?.kind === 'signal' && waitingFor.name === 'release';
}

function isQuestion({ waitingFor }: ListedRun): boolean {
  return waitingFor?.kind === 'answer';
}

// A correction that fails is another question of the same name.
function asksOf({ runId, waitingFor }: ListedRun): string {
  return `${runId} ${waitingFor?.name} ${waitingFor?.since}`;
}

async function answer({ client, tenant, answer: ask, complain }: Watching, run: ListedRun): Promise<void> {
  const question = await client.question(run.runId, { tenant });
  const said = question === undefined ? undefined : await ask?.(question);
  if (question === undefined || said === undefined) return;
  try {
    await client.answer(run.runId, { question: question.name, ...said, actor: 'demo-approver', tenant });
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    complain?.(`${error.message} The question stays open.`);
  }
}

// What is down comes back by itself, a person may take days.
function isLeft({ release }: Watching, run: ListedRun): boolean {
  if (run.waitingFor === undefined || run.waitingFor.kind === 'unavailable') return false;
  return release === undefined || !isRelease(run);
}

async function decide(
  { client, tenant }: Watching,
  run: ListedRun,
  release: (question: string) => Promise<boolean>,
): Promise<void> {
  const released = await release(run.waitingFor?.sentence ?? '');
  const actor = 'demo-approver';
  if (released) await client.signal(run.runId, { name: 'release', actor, id: `release-${run.runId}`, tenant });
  else await client.cancel(run.runId, { actor, tenant, reason: 'not released' });
}

// What a run of an earlier start waits for may be up again: it need not sleep out its pause.
async function tryAgain(watching: Watching, runIds: readonly string[]): Promise<void> {
  const { client, tenant } = watching;
  const runs = await runsOf(watching, runIds);
  const waiting = runs.filter((run) => run.closedAt === undefined && run.waitingFor?.kind === 'unavailable');
  await Promise.all(waiting.map((run) => client.resume(run.runId, { tenant, actor: 'demo', reason: 'started again' })));
}
