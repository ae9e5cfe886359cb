import { setTimeout as delay } from 'node:timers/promises';
import type { HoldfastClient, SeenRun, Tenant } from '../../client/index.ts';
import { JobError } from '../../domain/errors.ts';
import { invoiceIntake } from '../../examples/invoice-intake/job.ts';
import type { DocumentInFile } from './data.ts';

/** What became of a document. */
export type Outcome =
  /** The run ended; `code` is `completed` or why it did not complete. */
  | { readonly kind: 'ended'; readonly runId: string; readonly code: string; readonly sentence: string }
  /** The run waits for something that the evaluation does not give; it was cancelled after this was seen. */
  | { readonly kind: 'waits'; readonly runId: string; readonly name: string; readonly sentence: string }
  /** The run had no end within the bound; it was cancelled then. */
  | { readonly kind: 'hangs'; readonly runId: string; readonly sentence: string }
  /** No run was started. */
  | { readonly kind: 'left-out'; readonly sentence: string };

/** How documents are delivered. */
export interface Delivering {
  readonly client: HoldfastClient;
  readonly tenant: Tenant;
  /** How many runs are open at any time; default 8. */
  readonly inFlight?: number;
  /** Longest time of a run before it counts as hanging, in milliseconds; default 3 minutes. */
  readonly patienceMs?: number;
  /** Is told of every document whose outcome is known. */
  readonly onOutcome?: (document: DocumentInFile, outcome: Outcome) => void;
}

const ACTOR = 'evaluation';
const RELEASE = 'release';
const IN_FLIGHT = 8;
const PATIENCE_MS = 180_000;
const LOOK_MS = 500;
const CANCEL_MS = 15_000;

/**
 * Delivers documents in their order, several at once, each as a run of its own; one that repeats another only after that
 * one's run has closed. Gives the signal `release` and answers nothing else.
 */
export async function deliverAll(
  documents: readonly DocumentInFile[],
  delivering: Delivering,
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Promise<Outcome>>();
  const waiting = documents.values();
  const work = async (): Promise<void> => {
    for (const document of waiting) {
      const outcome = deliver(document, delivering, outcomes);
      outcomes.set(document.id, outcome);
      delivering.onOutcome?.(document, await outcome);
    }
  };
  await Promise.all(Array.from({ length: delivering.inFlight ?? IN_FLIGHT }, work));
  const settled = await Promise.all([...outcomes].map(async ([id, outcome]) => [id, await outcome] as const));
  return new Map(settled);
}

/** Whether a run ended with its booking. */
export function isBooked(outcome: Outcome | undefined): boolean {
  return outcome?.kind === 'ended' && outcome.code === 'completed';
}

async function deliver(
  { id, xml, expected }: DocumentInFile,
  delivering: Delivering,
  outcomes: ReadonlyMap<string, Promise<Outcome>>,
): Promise<Outcome> {
  if (expected.end === 'conflict' && !isBooked(await outcomes.get(expected.first)))
    return { kind: 'left-out', sentence: `left out, since "${expected.first}" was not booked` };
  const { client, tenant } = delivering;
  const delivery = { source: id, mediaType: 'application/xml', text: xml };
  const { runId } = await client.start(invoiceIntake, delivery, { tenant, actor: ACTOR });
  return untilOutcome(runId, delivering);
}

async function untilOutcome(runId: string, delivering: Delivering): Promise<Outcome> {
  const { client, tenant, patienceMs = PATIENCE_MS } = delivering;
  const since = performance.now();
  const released = new Set<number>();
  for (;;) {
    const ended = await endWithin(runId, delivering, LOOK_MS);
    if (ended !== undefined) return ended;
    const run = await client.view(runId, { tenant });
    const { waitingFor } = run;
    if (waitingFor?.kind === 'signal' && waitingFor.name === RELEASE) {
      if (!released.has(waitingFor.since)) await release(runId, waitingFor.since, delivering);
      released.add(waitingFor.since);
    } else if (waitingFor !== undefined && waitingFor.kind !== 'unavailable') {
      await cancel(runId, delivering);
      return { kind: 'waits', runId, name: waitingFor.name, sentence: waitingFor.sentence };
    }
    if (performance.now() - since >= patienceMs) {
      await cancel(runId, delivering);
      return { kind: 'hangs', runId, sentence: hangingSentence(run, patienceMs) };
    }
  }
}

async function endWithin(
  runId: string,
  { client, tenant }: Delivering,
  timeoutMs: number,
): Promise<Outcome | undefined> {
  try {
    const { status, end } = await client.wait(runId, { tenant, timeoutMs });
    return { kind: 'ended', runId, code: end?.code ?? status, sentence: end?.sentence ?? '' };
  } catch (error) {
    if (error instanceof JobError && error.code === 'deadline-exceeded') return undefined;
    throw error;
  }
}

async function release(runId: string, since: number, { client, tenant }: Delivering): Promise<void> {
  await unlessEnded(client.signal(runId, { name: RELEASE, actor: ACTOR, id: `${RELEASE}-${since}`, tenant }));
}

// Its end is waited for, so that nothing of it happens after the books were read.
async function cancel(runId: string, delivering: Delivering): Promise<void> {
  const { client, tenant } = delivering;
  await unlessEnded(client.cancel(runId, { actor: ACTOR, tenant, reason: 'judged by the evaluation' }));
  await endWithin(runId, delivering, CANCEL_MS);
}

async function unlessEnded(act: Promise<void>): Promise<void> {
  try {
    await act;
  } catch (error) {
    if (!(error instanceof JobError && error.code === 'run-ended')) throw error;
    // Its row tells so in a moment.
    await delay(LOOK_MS);
  }
}

function hangingSentence({ status, step, waitingFor, blocked }: SeenRun, patienceMs: number): string {
  const why = blocked?.error ?? waitingFor?.sentence ?? '';
  return `no end within ${patienceMs / 1_000} s: ${status} at ${step}${why === '' ? '' : `: ${why}`}`;
}
