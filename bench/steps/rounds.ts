import { checkConditions } from './conditions.ts';
import { historySize } from './history-size.ts';
import type { Bench } from './open-bench.ts';
import type { StepsOptions } from './options.ts';
import { figuresOf, type Figures, type Round } from './report.ts';
import { type PerSide, SIDES, type Side } from './side.ts';
import { rounded } from './statistics.ts';
import { joined, measureWindow, type Window, type WindowOptions } from './window.ts';

/** What was measured. */
export interface Measured {
  readonly rounds: readonly Round[];
  /** How many runs of each side there were in all, those outside the windows included. */
  readonly runs: PerSide<number>;
}

// A round is A B B A, the next one B A A B: a machine that grows slower or faster meanwhile meets both sides alike.
const WINDOWS_PER_ROUND = 4;
// Code that is new to a worker runs several times slower; three quarters of a minute on each side are not counted by default.
const WARM_UP_WINDOWS = 16;

/** Warms both sides up, compares the conditions they run under, then measures the rounds in alternating order. */
export async function measureRounds(
  bench: Bench,
  options: StepsOptions,
  { tell, signal }: { tell: (line: string) => void; signal: AbortSignal },
): Promise<Measured> {
  const windowMs = (options.seconds * 1_000) / (options.rounds * WINDOWS_PER_ROUND);
  const window = { inFlight: options.inFlight, windowMs, watched: bench.watched, signal };
  tell(`warming up, ${options.inFlight} runs open`);
  const warm = await measureBoth(bench, { ...window, windowMs: windowMs * WARM_UP_WINDOWS }, SIDES);
  await checkConditions(bench.temporal, { bare: firstRun(warm.bare), governed: firstRun(warm.governed) });
  const all = [warm];
  const rounds: Round[] = [];
  for (let number = 1; number <= options.rounds; number += 1) {
    const order = number % 2 === 1 ? SIDES : SIDES.toReversed();
    const windows = await measureBoth(bench, window, [...order, ...order.toReversed()]);
    all.push(windows);
    const round = await roundOf(bench, windows, order[0] ?? 'bare');
    tell(
      `round ${number} of ${options.rounds}: bare ${round.bare.runsPerSecond}, governed ${round.governed.runsPerSecond} runs/s, wall ${round.wall}`,
    );
    rounds.push(round);
  }
  const runsOf = (name: Side['name']): number => all.reduce((sum, windows) => sum + windows[name].runIds.length, 0);
  return { rounds, runs: { bare: runsOf('bare'), governed: runsOf('governed') } };
}

type Windows = PerSide<Window>;

async function measureBoth({ sides }: Bench, options: WindowOptions, order: readonly Side['name'][]): Promise<Windows> {
  const windows: { [name in Side['name']]?: Window } = {};
  for (const name of order) {
    const window = await measureWindow(sides[name], options);
    const earlier = windows[name];
    windows[name] = earlier === undefined ? window : joined(earlier, window);
  }
  return windows as Windows;
}

async function roundOf({ temporal }: Bench, windows: Windows, first: Side['name']): Promise<Round> {
  const bare = figuresOf(windows.bare, await historySize(temporal, windows.bare.runIds));
  const governed = figuresOf(windows.governed, await historySize(temporal, windows.governed.runIds));
  return { first, bare, governed, wall: wallOf(bare, governed), otherCpu: otherCpuOf(windows) };
}

function wallOf(bare: Figures, governed: Figures): number {
  return rounded(bare.runsPerSecond / governed.runsPerSecond, 3);
}

function otherCpuOf(windows: Windows): number {
  const all = SIDES.map((name) => windows[name].usage);
  const machine = all.reduce((sum, usage) => sum + usage.machine, 0);
  const ours = all.reduce((sum, { workers, server, database }) => sum + workers + server + database, 0);
  return machine === 0 ? 0 : rounded((machine - ours) / machine, 2);
}

function firstRun({ runIds }: Window): string {
  return runIds[0] ?? '';
}
