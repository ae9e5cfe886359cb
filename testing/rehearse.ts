import { randomBytes } from 'node:crypto';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient, type HoldfastClient, parseTenant } from '../client/index.ts';
import { JobError } from '../domain/errors.ts';
import type { KillPoint } from '../gate/kill-points.ts';
import type { Job, OutputOf } from '../jobs/job.ts';
import { parseAs } from '../jobs/parse-as.ts';
import { createRegistry } from '../jobs/registry.ts';
import { checkOptions } from './check-options.ts';
import type { Crew } from './crew.ts';
import { type FollowedEnd, followRun } from './follow-run.ts';
import type { Rehearsed, RehearseOptions } from './options.ts';
import { Rehearsal } from './rehearsal.ts';
import { Stage } from './stage.ts';

const TIMEOUT_MS = 30_000;
/** How much longer a run may take for each kill: its call is anybody's again once its heartbeat is missed. */
const KILL_MS = 15_000;
const CANCEL_REACHES_MS = 300;
const ENDS_MS = 2_000;
const KEEP_ALIVE_MS = 60_000;

let stage: Promise<Stage> | undefined;

/**
 * Runs a job once, really: on a Temporal server and a PostgreSQL of the project's own (`.holdfast/testing`), with a model that
 * says what the script says and receivers that are made from the tools' schemas, over HTTP. Each rehearsal has a tenant of its
 * own, so that the same input can be rehearsed again; several may run at once.
 *
 * The first one of a process brings the stack up (minutes, when the Temporal server must be fetched or built first), and the
 * first of a job starts its worker; both are kept for the next. They end when the process does, which they do not keep from
 * ending.
 * @throws JobError `invalid-input` for what cannot be rehearsed, or a script that has nothing for what a model is asked;
 *   `invalid-job` for a job that cannot run; `deadline-exceeded`; `setup-failed` or `stack-failed` when the stack is not to be had
 */
export async function rehearse<J extends Job>(job: J, options: RehearseOptions<J>): Promise<Rehearsed<OutputOf<J>>> {
  // The types of a job are for its author; from here on its schemas count.
  const given = options as unknown as RehearseOptions<Job>;
  const folder = checkOptions(job, given);
  const rehearsed = await keptAlive(async () => {
    const shared = await openStage();
    const target = { job, folder };
    return inCrew({ shared, target, killAt: killsOf(given) }, (crew) => runOnce({ shared, job, options: given, crew }));
  });
  return rehearsed as Rehearsed<OutputOf<J>>;
}

/**
 * Ends the workers of this process's rehearsals and lets go of the stack; as its last user, waits until nothing of it is left.
 * Needed by nobody whose process ends; the next rehearsal brings everything up again.
 */
export async function closeRehearsals(): Promise<void> {
  const open = stage;
  stage = undefined;
  await keptAlive(async () => (await open?.catch(() => undefined))?.close());
}

// Nothing else keeps the process from ending while it waits: what rehearsals hold does not.
async function keptAlive<Value>(act: () => Promise<Value>): Promise<Value> {
  const keepAlive = setInterval(() => {}, KEEP_ALIVE_MS);
  try {
    return await act();
  } finally {
    clearInterval(keepAlive);
  }
}

function openStage(): Promise<Stage> {
  const opening = (stage ??= Stage.open());
  opening.catch(() => {
    if (stage === opening) stage = undefined;
  });
  return opening;
}

interface Staged {
  readonly shared: Stage;
  readonly job: Job;
  readonly options: RehearseOptions<Job>;
  readonly crew: Crew;
}

async function inCrew<Value>(
  { shared, target, killAt }: { shared: Stage; target: { job: Job; folder: string }; killAt: Crew['left'] },
  act: (crew: Crew) => Promise<Value>,
): Promise<Value> {
  if (killAt.length === 0) return shared.withCrew(target, act);
  const crew = await shared.ownCrew(target, killAt);
  try {
    return await act(crew);
  } finally {
    await crew.stop();
  }
}

async function runOnce(staged: Staged): Promise<Rehearsed> {
  const { shared, job, options, crew } = staged;
  const tenant = parseTenant(`rehearsal-${randomBytes(8).toString('hex')}`);
  const rehearsal = new Rehearsal(job, options, tenant);
  const { temporal, database } = shared.addresses;
  const registry = createRegistry([job]);
  const client = await createClient({ temporal, databaseUrl: database.clientUrl, registry, taskQueue: crew.taskQueue });
  const stopServing = shared.server.serve(rehearsal);
  const stopListening = crew.onLost((error) => rehearsal.fail(error));
  try {
    return await perform(staged, rehearsal, client);
  } finally {
    stopListening();
    stopServing();
    await client.close();
  }
}

async function perform(staged: Staged, rehearsal: Rehearsal, client: HoldfastClient): Promise<Rehearsed> {
  const { job, options, crew } = staged;
  const { tenant } = rehearsal;
  const { cancelAt, signals = [], answers = [] } = options;
  const kills = crew.left.length;
  const { timeoutMs = TIMEOUT_MS + KILL_MS * kills } = options;
  const startedAt = performance.now();
  const { runId } = await client.start(job, options.input, { tenant, actor: 'rehearsal' });
  const run = { client, runId, tenant };
  if (cancelAt !== undefined) cancelBefore(cancelAt, rehearsal, run);
  const following = followRun({ ...run, signals, answers, timeoutMs, maybeDown: () => kills > 0 || rehearsal.wasDown });
  try {
    const ended = await Promise.race([rehearsal.failed, following]);
    const durationMs = performance.now() - startedAt;
    if (ended.waitingFor !== undefined) await abandon(run);
    return await rehearsedOf(staged, { ended, rehearsal, client, durationMs });
  } catch (error) {
    following.catch(() => {});
    // Without a worker it cannot even be cancelled.
    if (!crew.lost) await abandon(run);
    throw error;
  }
}

interface RunOfClient {
  readonly client: HoldfastClient;
  readonly runId: string;
  readonly tenant: Rehearsal['tenant'];
}

// Held until the call's own signal is aborted: what is cancelled before a step must not be sent by it.
function cancelBefore(cancelAt: string, rehearsal: Rehearsal, { client, runId, tenant }: RunOfClient): void {
  let asked = false;
  rehearsal.beforeStep(async (step) => {
    if (step !== cancelAt || asked) return;
    asked = true;
    await client.cancel(runId, { actor: 'rehearsal', tenant });
    await delay(CANCEL_REACHES_MS);
  });
}

// Nobody will go on with it; that it could not be cancelled changes nothing for what is known.
async function abandon({ client, runId, tenant }: RunOfClient): Promise<void> {
  try {
    await client.cancel(runId, { actor: 'rehearsal', tenant });
    await client.wait(runId, { tenant, timeoutMs: ENDS_MS });
  } catch {
    // It has ended meanwhile, or never will: its worker's Task Queue is nobody else's.
  }
}

async function rehearsedOf(
  { job, crew }: Staged,
  found: { ended: FollowedEnd; rehearsal: Rehearsal; client: HoldfastClient; durationMs: number },
): Promise<Rehearsed> {
  const { ended, rehearsal, client, durationMs } = found;
  const { run, waitingFor } = ended;
  const status = waitingFor === undefined ? endOf(run.status) : 'waiting';
  const [missed] = crew.left;
  if (missed !== undefined)
    throw new JobError(
      'invalid-input',
      `The run is ${status} and ${wasAt(crew, missed)}; its calls were ${rehearsal.steps.join(', ') || 'none'}.`,
    );
  const result = status === 'completed' ? { result: await resultOf(job, client, run) } : {};
  return {
    status,
    ...(run.end === undefined ? {} : { end: run.end }),
    ...(waitingFor === undefined ? {} : { waitingFor }),
    ...result,
    effects: rehearsal.receiver.effects,
    requests: rehearsal.receiver.requests,
    modelCalls: run.modelCalls,
    // They come from the list that was checked.
    kills: crew.kills.map(({ step, point }) => ({ step, point: point as KillPoint })),
    steps: rehearsal.steps,
    durationMs,
  };
}

function wasAt({ kills }: Crew, { step, point }: Crew['left'][number]): string {
  const times = kills.filter((kill) => kill.step === step && kill.point === point).length;
  const place = `"${point}" of ${step}`;
  return times === 0 ? `never was at ${place}` : `was at ${place} only ${times === 1 ? 'once' : `${times} times`}`;
}

function endOf(status: FollowedEnd['run']['status']): Rehearsed['status'] {
  return status === 'completed' || status === 'cancelled' ? status : 'failed';
}

async function resultOf(job: Job, client: HoldfastClient, { runId, tenant }: FollowedEnd['run']): Promise<unknown> {
  const value = await client.result(runId, { tenant });
  const subject = `What the run of "${job.name}" ended with`;
  return parseAs({ code: 'invalid-job', schema: job.output, subject }, value);
}

function killsOf({ killAt = [] }: RehearseOptions<Job>): Crew['left'] {
  return killAt.flatMap(({ step, point, times = 1 }) => Array.from({ length: times }, () => ({ step, point })));
}
