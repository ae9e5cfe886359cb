import { KILL_POINTS } from '../../gate/kill-points.ts';
import type { Fault } from '../fixtures/worker-process.ts';
import { seeded } from './seeded.ts';

/** One life of a worker: what it does to itself, and how long it lasts before it is killed with kill -9. */
export interface Life {
  readonly fault?: Fault;
  /** How long it stands still when its fault is a stop, in milliseconds. */
  readonly standsMs: number;
  readonly lastsMs: number;
}

/** Something that happens once, at a time in milliseconds from the start. */
export interface Moment {
  readonly atMs: number;
  /** Of what it chooses among, as a share from 0 up to, not with, 1. */
  readonly choice: number;
  readonly second: number;
}

/** What happens to runs and their workers. All of it follows from the seed. */
export interface RandomPlan {
  readonly seed: number;
  /** The lives of the workers that alternate; after its last one each is started once more and stays. */
  readonly lives: readonly (readonly Life[])[];
  /** When the third worker is stopped by SIGSTOP. */
  readonly stopAtMs: number;
  /** When runs are reset by Temporal: `choice` of a run, `second` of a Workflow Task of its history. */
  readonly resets: readonly Moment[];
  /** When runs are paused, twice at once: `choice` of a run. */
  readonly pauses: readonly Moment[];
  /** When a run that waits for its signal gets it: once more for each wave, and three times each. */
  readonly signals: readonly Moment[];
  /** When the receiver is closed with every connection, and started again after up to a second by `choice`. */
  readonly restart: Moment;
  /** How long after the first answer is sent a worker is killed, in milliseconds. */
  readonly killAnsweringMs: number;
}

/** How many waves of runs there are. */
export const WAVES = 3;
/** How far apart they are, in milliseconds. */
export const WAVE_MS = 4_000;

const LIVES = 3;
const LONGEST_LIFE_MS = 6_000;
const LONGEST_STAND_MS = 5_000;
const SPAN_MS = 14_000;

// Steps that each wave passes through; a point that a step never comes by kills nobody.
const STEPS = [
  'plan',
  'stampOf',
  'stampNative',
  'stampNatural',
  'stampReferenced',
  'stampBlind',
  'stampRepeated#2',
  'ask/turn-1',
  'ask/verify',
];

/** Makes a plan of a seed. */
export function randomPlan(seed: number): RandomPlan {
  const random = seeded(seed);
  const between = (least: number, most: number): number => Math.round(least + random() * (most - least));
  const oneOf = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const moments = (count: number, most = SPAN_MS): readonly Moment[] =>
    Array.from({ length: count }, () => ({ atMs: between(500, most), choice: random(), second: random() }));
  const life = (): Life => {
    const at = `${oneOf(KILL_POINTS)} ${oneOf(STEPS)}`;
    const fault = oneOf([{ at }, { at }, { stopAt: at }]);
    return { fault, standsMs: between(1_200, LONGEST_STAND_MS), lastsMs: between(1_500, LONGEST_LIFE_MS) };
  };
  const [restart = { atMs: 0, choice: 0, second: 0 }] = moments(1);
  return {
    seed,
    lives: [0, 1].map(() => Array.from({ length: LIVES }, life)),
    stopAtMs: between(500, WAVE_MS),
    resets: moments(5),
    pauses: moments(3),
    signals: moments(WAVES),
    restart,
    killAnsweringMs: between(0, 60),
  };
}
