import type { Layout } from '../../main/worker-specs.ts';
import type { Found } from './found.ts';
import type { HistorySize } from './history-size.ts';
import { type PerSide, SIDES, type Side } from './side.ts';
import { median, quantile, rounded } from './statistics.ts';
import { STEPS } from './step-count.ts';
import type { Window } from './window.ts';

/** What is told of one side: of a round, or as the medians of all rounds. */
export interface Figures {
  readonly runsPerSecond: number;
  /** From a run's start to its client's knowing its end. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly eventsPerRun: number;
  /** As the server counts its history. */
  readonly bytesPerRun: number;
  /** Of the worker processes. */
  readonly cpuMsPerStep: number;
  /** The same of the Temporal server, and of PostgreSQL, which serves it and the gate. */
  readonly serverCpuMsPerStep: number;
  readonly databaseCpuMsPerStep: number;
}

/** One round: both sides, in alternating order. */
export interface Round {
  readonly first: Side['name'];
  readonly bare: Figures;
  readonly governed: Figures;
  /** How much longer the governed side took for the same number of runs; it is to show [cost.bounded]. */
  readonly wall: number;
  /** The share of the machine's CPU time in the windows that the benchmark did not use: other programs, and the client. */
  readonly otherCpu: number;
}

/** What `bench steps` answers. */
export interface StepsReport {
  readonly layout: Layout;
  readonly inFlight: number;
  readonly stepsPerRun: number;
  readonly bare: Figures;
  readonly governed: Figures;
  /** Governed by bare; of the wall time the median of the rounds, since what drifts meanwhile meets both sides of a round. */
  readonly ratios: {
    readonly wall: number;
    readonly events: number;
    /** Of workers, server and database together: what the wall time comes to where nothing else wants the processor. */
    readonly cpu: number;
  };
  /** Governed runs, those outside the windows included. */
  readonly runs: number;
  readonly bareRuns: number;
  /** Committed calls in the ledger; as many as `receiverRequests`, and `runs` times the steps. */
  readonly ledgerRows: number;
  /** What the receiver was sent by governed steps. */
  readonly receiverRequests: number;
  readonly rounds: readonly Round[];
}

// The Activity that closes a governed run: scheduled, started, completed, and the Workflow Task that follows it.
const CLOSING_EVENTS = 6;

/** The figures of one window. */
export function figuresOf(window: Window, history: HistorySize): Figures {
  const steps = window.runs * STEPS;
  return {
    runsPerSecond: rounded((window.runs * 1_000) / window.elapsedMs, 2),
    p50Ms: rounded(quantile(window.tookMs, 0.5), 0),
    p99Ms: rounded(quantile(window.tookMs, 0.99), 0),
    eventsPerRun: history.events,
    bytesPerRun: rounded(history.bytes, 0),
    cpuMsPerStep: rounded(window.usage.workers / steps, 2),
    serverCpuMsPerStep: rounded(window.usage.server / steps, 2),
    databaseCpuMsPerStep: rounded(window.usage.database / steps, 2),
  };
}

/** What the rounds come to. */
export function reportOf(
  rounds: readonly Round[],
  setting: { layout: Layout; inFlight: number; runs: PerSide<number>; found: Found },
): StepsReport {
  const [bare, governed] = SIDES.map((side) => mediansOf(rounds.map((round) => round[side]))) as [Figures, Figures];
  return {
    layout: setting.layout,
    inFlight: setting.inFlight,
    stepsPerRun: STEPS,
    bare,
    governed,
    ratios: {
      wall: median(rounds.map(({ wall }) => wall)),
      events: rounded(governed.eventsPerRun / bare.eventsPerRun, 3),
      cpu: median(rounds.map((round) => rounded(allCpu(round.governed) / allCpu(round.bare), 3))),
    },
    runs: setting.runs.governed,
    bareRuns: setting.runs.bare,
    ledgerRows: setting.found.ledgerRows,
    receiverRequests: setting.found.received.requests,
    rounds,
  };
}

/** What is not as it must be, a sentence each: counts and events, never a time. Holds [cost.events]. */
export function faultsOf(report: StepsReport, found: Found): readonly string[] {
  const { bare, governed, ledgerRows } = report;
  const steps = report.runs * STEPS;
  const bareSteps = report.bareRuns * STEPS;
  const { requests, keys, keysDigest } = found.received;
  const { keys: bareKeys } = found.receivedBare;
  return [
    [ledgerRows, requests, keys].every((count) => count === steps)
      ? []
      : `Of ${steps} governed steps the ledger has ${ledgerRows} and the receiver ${requests} requests with ${keys} keys.`,
    keysDigest === found.ledgerKeysDigest ? [] : 'The keys that the receiver was sent are not those of the ledger.',
    bareKeys === bareSteps ? [] : `Of ${bareSteps} bare steps the receiver has ${bareKeys}.`,
    governed.eventsPerRun === bare.eventsPerRun + CLOSING_EVENTS
      ? []
      : `A governed run has ${governed.eventsPerRun} events and a bare one ${bare.eventsPerRun}; ${CLOSING_EVENTS} more are right.`,
  ].flat();
}

function allCpu(figures: Figures): number {
  return figures.cpuMsPerStep + figures.serverCpuMsPerStep + figures.databaseCpuMsPerStep;
}

function mediansOf(all: readonly Figures[]): Figures {
  const of = (name: keyof Figures, digits: number): number =>
    rounded(median(all.map((figures) => figures[name])), digits);
  return {
    runsPerSecond: of('runsPerSecond', 2),
    p50Ms: of('p50Ms', 0),
    p99Ms: of('p99Ms', 0),
    eventsPerRun: of('eventsPerRun', 1),
    bytesPerRun: of('bytesPerRun', 0),
    cpuMsPerStep: of('cpuMsPerStep', 2),
    serverCpuMsPerStep: of('serverCpuMsPerStep', 2),
    databaseCpuMsPerStep: of('databaseCpuMsPerStep', 2),
  };
}
