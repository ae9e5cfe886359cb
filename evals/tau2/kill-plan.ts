import { drawn } from './drawn.ts';

/** Every way in which processes are killed, frozen or restarted under the tasks. */
export const KILL_KINDS = [
  'worker-before-model-call',
  'worker-after-model-answer',
  'worker-tool-request-in-flight',
  'worker-after-effect',
  'worker-while-person-is-asked',
  'worker-while-update-is-delivered',
  'worker-frozen-30-s',
  'two-workers-alternating',
  'temporal-server',
  'postgres',
  'tool-server',
] as const;
/** One of {@link KILL_KINDS}. */
export type KillKind = (typeof KILL_KINDS)[number];

/** One thing that happens to processes. */
export interface PlannedKill {
  readonly kind: KillKind;
  /** When, in milliseconds after the first task began. */
  readonly atMs: number;
  /** Which worker it is about, where one is chosen: 0 or 1. */
  readonly worker: number;
}

/** How a plan is made. */
export interface KillPlanOptions {
  readonly seed: number;
  /** How many; each kind comes once before any comes twice. */
  readonly count: number;
}

/** How far apart kills are, in milliseconds, on average. */
const KILL_EVERY_MS = 8_000;

/** The kills of an evaluation: a function of the seed. Those of each round come in an order of their own. */
export function killPlan({ seed, count }: KillPlanOptions): readonly PlannedKill[] {
  return Array.from({ length: count }, (_, index) => {
    const round = Math.floor(index / KILL_KINDS.length);
    const order = KILL_KINDS.toSorted(
      (one, other) => drawn(seed, 'kill', round, one) - drawn(seed, 'kill', round, other),
    );
    return {
      kind: order[index % order.length] ?? KILL_KINDS[0],
      atMs: Math.round((index + 0.25 + drawn(seed, 'kill-at', index) / 2) * KILL_EVERY_MS),
      worker: drawn(seed, 'kill-worker', index) < 0.5 ? 0 : 1,
    };
  });
}
