import type { Layout } from '../../main/worker-specs.ts';
import type { Memory } from '../measuring/memory.ts';
import type { PerSide } from '../steps/side.ts';
import { rounded } from '../steps/statistics.ts';
import type { ParkedOptions } from './options.ts';
import type { Parked } from './park.ts';

/** What is told of one side. */
export interface ParkedFigures extends Parked {
  /** What a run adds to each part's memory, in KiB. */
  readonly kibPerRun: Memory;
}

/** What `bench parked` answers. */
export interface ParkedReport extends PerSide<ParkedFigures> {
  readonly layout: Layout;
  readonly runs: number;
  readonly seconds: number;
  /** Governed by bare. */
  readonly ratios: {
    /** Of what the runs add to the memory of workers, server and database. */
    readonly memory: number;
    readonly wake: number;
  };
}

const KIB_PER_MIB = 1_024;

/** Makes a report of what both sides cost. */
export function reportOf(
  { layout, runs, seconds }: Pick<ParkedOptions, 'layout' | 'runs' | 'seconds'>,
  sides: PerSide<Parked>,
): ParkedReport {
  const [bare, governed] = [figuresOf(sides.bare, runs), figuresOf(sides.governed, runs)];
  const memory = rounded(added(governed) / added(bare), 2);
  return { layout, runs, seconds, bare, governed, ratios: { memory, wake: rounded(governed.wakeMs / bare.wakeMs, 2) } };
}

/** What is not as it must be, a sentence each. */
export function faultsOf({ runs, bare, governed }: ParkedReport): readonly string[] {
  return Object.entries({ bare, governed }).flatMap(([name, { woken }]) =>
    woken === runs ? [] : [`Of ${runs} ${name} runs ${woken} made their write.`],
  );
}

function figuresOf(parked: Parked, runs: number): ParkedFigures {
  const of = (part: keyof Memory): number =>
    rounded(((parked.while[part] - parked.before[part]) * KIB_PER_MIB) / runs, 1);
  return { ...parked, kibPerRun: { workers: of('workers'), server: of('server'), database: of('database') } };
}

function added({ kibPerRun: { workers, server, database } }: ParkedFigures): number {
  return workers + server + database;
}
