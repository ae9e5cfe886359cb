import { setTimeout as delay } from 'node:timers/promises';
import type { SeenRun } from '../../client/index.ts';
import type { RunId, StepPath } from '../../domain/ids.ts';
import { type LedgerEntry, openClientStore } from '../../gate/client-store.ts';
import type { StackAddresses } from '../../stack/index.ts';
import type { ProbeEngine } from '../fixtures/probe-engine.ts';
import type { Received, Receiver } from '../fixtures/receiver.ts';
import { sharedStack } from '../stack-addresses.ts';

/** Effect classes by what the probe job has for each; of class A also what is repeated after its receiver forgot the key. */
export type KilledClass = 'A' | 'A after keyTtl' | 'A after keyTtl, no reconcile' | 'B' | 'C' | 'D';

/** The call of each class: the scenario that makes it, and its step. */
export const CALLS = {
  A: { scenario: 'native', step: 'stampNative' as StepPath },
  'A after keyTtl': { scenario: 'forgetful', step: 'stampForgetful' as StepPath },
  'A after keyTtl, no reconcile': { scenario: 'forgotten', step: 'stampForgotten' as StepPath },
  B: { scenario: 'natural', step: 'stampNatural' as StepPath },
  C: { scenario: 'referenced', step: 'stampReferenced' as StepPath },
  D: { scenario: 'blind', step: 'stampBlind' as StepPath },
} as const satisfies Record<KilledClass, unknown>;

const POLL_MS = 200;

/** How long a run may take to end, in milliseconds: far more than it needs, since a busy machine is not what is tested. */
export const LIMIT_MS = 150_000;

/** A run's end in two words at most: its status, and its code when it failed. */
export function endInWords({ status, end }: SeenRun): string {
  return end === undefined ? status : `${status} ${end.code}`;
}

/** What becomes of a run one of whose calls is `unknown`, in the words of `endOfRun`. */
export const UNKNOWN_END = 'asks unknown-effect';

/** The ledger's entry of a call once it is settled. */
export async function settledCall({ tenant }: ProbeEngine, runId: RunId, step: StepPath): Promise<LedgerEntry> {
  const store = await openClientStore({ databaseUrl: sharedStack().database.clientUrl, poolSize: 1 });
  try {
    return await within(LIMIT_MS, async () => {
      const call = (await store.runs.ledger(tenant, runId)).find(({ stepPath }) => stepPath === step);
      return call === undefined || call.state === 'claimed' || call.state === 'sent' ? undefined : call;
    });
  } finally {
    await store.close();
  }
}

async function within<Value>(limitMs: number, ask: () => Promise<Value | undefined>): Promise<Value> {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(POLL_MS);
  }
  throw new Error(`There was no answer within ${limitMs} ms.`);
}

/** The ledgers of some runs of an engine, in the order of the runs. */
export async function ledgersOf(
  { tenant }: ProbeEngine,
  runIds: readonly RunId[],
  { database }: StackAddresses = sharedStack(),
): Promise<readonly (readonly LedgerEntry[])[]> {
  const store = await openClientStore({ databaseUrl: database.clientUrl, poolSize: 2 });
  try {
    return await Promise.all(runIds.map((runId) => store.runs.ledger(tenant, runId)));
  } finally {
    await store.close();
  }
}

/** How often calls were taken over from a dead worker. */
export function takeoversOf(calls: readonly LedgerEntry[]): number {
  return calls.reduce((sum, { takeovers }) => sum + takeovers, 0);
}

/** The requests that a run's stamps made at the receiver. */
export function sendsOf({ received }: Receiver, run: string): readonly Received[] {
  return received.filter(({ body }) => typeof body === 'object' && body !== null && 'run' in body && body.run === run);
}
