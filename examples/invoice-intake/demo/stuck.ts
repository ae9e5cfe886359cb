import type { HoldfastClient, ListedRun, Tenant } from 'holdfast/client';

/** An Activity that failed this often does not mend itself. */
const BLOCKED_ATTEMPTS = 3;

/** Whose runs are looked at, and for how long they may stand still, in milliseconds; default for ever. */
export interface Patience {
  readonly client: Pick<HoldfastClient, 'view'>;
  readonly tenant: Tenant;
  readonly patienceMs?: number;
}

/**
 * Why no open run goes on by itself, once patience is over: what they wait for is down, or they are blocked. `undefined` as long
 * as one of them moves. `since`: when they were first looked at, in milliseconds since the epoch.
 */
export async function stuckSentence(
  { client, tenant, patienceMs }: Patience,
  open: readonly ListedRun[],
  since: number,
): Promise<string | undefined> {
  if (patienceMs === undefined || Date.now() - since <= patienceMs) return undefined;
  const waiting = open.filter(({ waitingFor }) => waitingFor?.kind === 'unavailable');
  if (waiting.some(({ waitingFor }) => Date.now() - (waitingFor?.since ?? 0) <= patienceMs)) return undefined;
  const others = open.filter((run) => !waiting.includes(run));
  // What waits for a person is neither.
  if (others.some(({ waitingFor }) => waitingFor !== undefined)) return undefined;
  const seen = await Promise.all(others.map((run) => client.view(run.runId, { tenant })));
  const blocked = seen.flatMap((run) => run.blocked ?? []).filter(({ attempts }) => attempts >= BLOCKED_ATTEMPTS);
  if (blocked.length < others.length) return undefined;
  const [first] = blocked;
  return first === undefined ? waiting[0]?.waitingFor?.sentence : `A run is blocked: ${first.error}`;
}
