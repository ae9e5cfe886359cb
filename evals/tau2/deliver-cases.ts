import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type HoldfastClient, parseTenant, type SeenRun, type Tenant } from '../../client/index.ts';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import type { Engine } from '../../main/engine.ts';
import type { CaseEnd } from './case-end.ts';
import type { Case } from './data.ts';
import { ReplayOutput } from './replay-job.ts';
import { requestOf } from './request-of.ts';
import { GO } from './workflow.ts';
import { jobNameOf } from './write-jobs.ts';

/** A run that is under way. */
export interface OpenRun {
  readonly runId: string;
  readonly tenant: Tenant;
  /** Whether it waits for a person's word to begin. */
  readonly waits: boolean;
}

/** How cases are delivered. */
export interface Delivering {
  readonly engine: Pick<Engine, 'client' | 'registry'>;
  /** The runs that are open now, kept up to date for who kills. */
  readonly open: Map<string, OpenRun>;
  /** How many at once. */
  readonly inFlight: number;
  /** How many of the cases may have begun by now. */
  readonly mayHaveBegun: () => number;
  /** When a run counts as stuck, by `performance.now()`. */
  readonly deadline: number;
  /** Whether a case waits for a person's word first. */
  readonly isHeld: (one: Case) => boolean;
  readonly onEnd: (one: Case, end: CaseEnd) => void;
}

const ACTOR = 'evaluation';
const LOOK_MS = 2_000;
const PACE_MS = 200;
const AGAIN_MS = 1_000;
// Long enough for somebody to kill a worker meanwhile.
const HELD_MS = 5_000;
const Output = z.object(ReplayOutput.shape);

/** Starts a run for each case and waits until it ended, waits for a person, or the time is over. */
export async function deliverCases(
  cases: readonly Case[],
  delivering: Delivering,
): Promise<ReadonlyMap<string, CaseEnd>> {
  const ends = new Map<string, CaseEnd>();
  const waiting = cases.entries();
  const lane = async (): Promise<void> => {
    for (const [index, one] of waiting) {
      while (index >= delivering.mayHaveBegun()) await delay(PACE_MS);
      const end = await deliver(one, delivering).catch(refusedEnd);
      delivering.open.delete(one.name);
      ends.set(one.name, end);
      delivering.onEnd(one, end);
    }
  };
  await Promise.all(Array.from({ length: delivering.inFlight }, lane));
  return ends;
}

async function deliver(one: Case, delivering: Delivering): Promise<CaseEnd> {
  const held = delivering.isHeld(one);
  const tenant = parseTenant(one.name);
  const job = delivering.engine.registry.job(jobNameOf(one.domain, held ? 'held' : 'plain'));
  const input = { case: one.name, request: requestOf(one) };
  const { client } = delivering.engine;
  // Whatever is down, the same start again is the same run.
  const started = await untilDone(delivering, () => client.start(job, input, { tenant, actor: ACTOR }));
  if ('sentence' in started) return { kind: 'stuck', sentence: started.sentence };
  const { runId } = started.value;
  delivering.open.set(one.name, { runId, tenant, waits: false });
  if (held) await release(one, { runId, tenant, waits: true }, delivering);
  return untilEnd(runId, tenant, delivering);
}

async function release(one: Case, run: OpenRun, delivering: Delivering): Promise<void> {
  const { client } = delivering.engine;
  await untilDone(delivering, async () => {
    const { waitingFor } = await client.view(run.runId, { tenant: run.tenant, live: false });
    if (waitingFor?.kind !== 'signal') throw new JobError('unavailable', 'It does not wait yet.');
  });
  delivering.open.set(one.name, run);
  await delay(HELD_MS);
  delivering.open.set(one.name, { ...run, waits: false });
  await untilDone(delivering, () => client.signal(run.runId, { name: GO, actor: ACTOR, id: GO, tenant: run.tenant }));
}

async function untilEnd(runId: string, tenant: Tenant, { engine: { client }, deadline }: Delivering): Promise<CaseEnd> {
  for (;;) {
    const end = await look(client, runId, tenant).catch((error: unknown): Look => ({ sentence: sentenceOf(error) }));
    if ('kind' in end) return end;
    if (performance.now() >= deadline) return { kind: 'stuck', sentence: await stuckSentence(client, runId, tenant) };
  }
}

type Look = CaseEnd | { readonly sentence: string };

async function look(client: HoldfastClient, runId: string, tenant: Tenant): Promise<Look> {
  try {
    const ended = await client.wait(runId, { tenant, timeoutMs: LOOK_MS });
    return await endOf(client, ended);
  } catch (error) {
    if (!(error instanceof JobError && error.code === 'deadline-exceeded')) {
      await delay(AGAIN_MS);
      throw error;
    }
  }
  const { waitingFor, status } = await client.view(runId, { tenant, live: false });
  if (waitingFor?.kind !== 'answer') return { sentence: status };
  return { kind: waitingFor.question === 'unknown-effect' ? 'parked' : 'waits', sentence: waitingFor.sentence };
}

async function endOf(client: HoldfastClient, { runId, tenant, status, end }: SeenRun): Promise<CaseEnd> {
  if (status !== 'completed') return { kind: 'failed', sentence: `${end?.code ?? status}: ${end?.sentence ?? ''}` };
  const { message } = Output.parse(await client.result(runId, { tenant }));
  return { kind: 'completed', message };
}

async function stuckSentence(client: HoldfastClient, runId: string, tenant: Tenant): Promise<string> {
  try {
    const { status, step, waitingFor, blocked } = await client.view(runId, { tenant });
    return `${runId} is ${status} at ${step}: ${blocked?.error ?? waitingFor?.sentence ?? 'nothing is said'}`;
  } catch (error) {
    return `${runId} cannot be seen: ${sentenceOf(error)}`;
  }
}

/** Does something again and again until it is done, or the time is over. */
async function untilDone<Value>(
  { deadline }: Pick<Delivering, 'deadline'>,
  act: () => Promise<Value>,
): Promise<{ readonly value: Value } | { readonly sentence: string }> {
  for (;;) {
    try {
      return { value: await act() };
    } catch (error) {
      if (performance.now() >= deadline) return { sentence: sentenceOf(error) };
      if (error instanceof JobError && isRefused(error)) throw error;
      await delay(AGAIN_MS);
    }
  }
}

// What the engine refuses it would refuse again.
function isRefused({ code, traits }: JobError): boolean {
  return traits.exitCode === 2 || code === 'invalid-job';
}

// A case that is refused fails alone.
function refusedEnd(error: unknown): CaseEnd {
  if (!(error instanceof JobError)) throw error;
  return { kind: 'failed', sentence: `${error.code}: ${error.message}` };
}
