import type { SeenRun } from '../../client/index.ts';
import type { RunId, StepPath } from '../../domain/ids.ts';
import { type LedgerEntry, openClientStore } from '../../gate/client-store.ts';
import type { StackAddresses } from '../../stack/index.ts';
import type { ProbeEngine } from '../fixtures/probe-engine.ts';
import type { Received, Receiver } from '../fixtures/receiver.ts';
import { sharedStack } from '../stack-addresses.ts';

/** Effect classes by what the probe job has for each: A with a native key, D with none. */
export type KilledClass = 'A' | 'D';

/** The call of each class: the scenario that makes it, and its step. */
export const CALLS = {
  A: { scenario: 'native', step: 'stampNative' as StepPath },
  D: { scenario: 'blind', step: 'stampBlind' as StepPath },
} as const;

/** How long a run may take to end, in milliseconds: far more than it needs, since a busy machine is not what is tested. */
export const LIMIT_MS = 150_000;

/** A run's end in two words at most: its status, and its code when it failed. */
export function endInWords({ status, end }: SeenRun): string {
  return end === undefined ? status : `${status} ${end.code}`;
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
