import { setTimeout as delay } from 'node:timers/promises';
import { quantile, rounded } from '../steps/statistics.ts';

/** How requests of one kind were answered, in milliseconds from the moment at which they were due. */
export interface Latency {
  readonly requests: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** One kind of request. */
export interface Asked {
  readonly name: string;
  /** How many of it a second. */
  readonly rate: number;
  ask(index: number): Promise<void>;
}

/**
 * Asks each kind at its rate whatever becomes of the answers. A request counts from the moment at which it was due, so that a stall is
 * not hidden by requests that were never made.
 */
export async function openLoop(kinds: readonly Asked[], seconds: number): Promise<Readonly<Record<string, Latency>>> {
  const found = await Promise.all(kinds.map(async (kind) => [kind.name, await askAtRate(kind, seconds)] as const));
  return Object.fromEntries(found);
}

async function askAtRate(kind: Asked, seconds: number): Promise<Latency> {
  const { rate } = kind;
  const times: number[] = [];
  const open: Promise<void>[] = [];
  let failed = 0;
  const begun = performance.now();
  for (let index = 0; index < rate * seconds; index += 1) {
    const due = begun + (index * 1_000) / rate;
    const early = due - performance.now();
    if (early > 1) await delay(early);
    const asked = kind.ask(index).then(
      () => void times.push(performance.now() - due),
      () => void (failed += 1),
    );
    open.push(asked);
  }
  await Promise.all(open);
  const [p50Ms = 0, p99Ms = 0] = [0.5, 0.99].map((share) => rounded(quantile(times, share), 1));
  return { requests: times.length + failed, failed, p50Ms, p99Ms };
}
