import type { Layout } from '../../main/worker-specs.ts';
import { DEPLOYED } from './open-recovery.ts';
import { median } from '../steps/statistics.ts';
import type { Found } from './found.ts';
import type { RunCounts } from './open-runs.ts';
import type { RecoveryOptions } from './options.ts';
import {
  progressAfter,
  progressFigures,
  type Progress,
  type ProgressFigures,
  type Restart,
  type RestartKind,
} from './progress.ts';
import type { Entry } from './record.ts';

/** How soon runs went on after restarts of one kind. */
export interface KindFigures {
  readonly restarts: number;
  /** From the kill to the new process being ready, the slowest one. */
  readonly readyMaxMs: number;
  readonly fromKill: ProgressFigures;
  readonly fromReady: ProgressFigures;
  /** Counted from when the receiver had answered what a run was at. */
  readonly fromDue: ProgressFigures;
  /** Requests that broke off within it: calls that somebody has to make again. */
  readonly broken: number;
}

/** One restart, in the order in which they came. */
export interface EachRestart {
  readonly kind: RestartKind;
  /** Since the first of them, in milliseconds. */
  readonly atMs: number;
  readonly readyMs: number;
  /** How many steps the runs that it hit had made by then, the median of them: six events each. */
  readonly stepsBefore: number;
  readonly fromReady: ProgressFigures;
  readonly fromKillP95Ms: number;
}

/** What `bench recovery` answers. */
export interface RecoveryReport {
  readonly layout: Layout;
  readonly runs: number;
  /** Runs that were started after the deploy, beside those. */
  readonly runsAfterDeploy: number;
  readonly steps: number;
  readonly answerMs: number;
  /** Processes killed with kill -9: workers, server and database. */
  readonly kills: number;
  readonly expected: number;
  readonly completed: number;
  readonly lost: number;
  readonly stuck: number;
  readonly duplicates: number;
  /** Requests with a key that the receiver knew already. */
  readonly repeats: number;
  /** Runs by how they ended. */
  readonly ends: RunCounts;
  /** Over all kills, from the new process being ready to a run's next request. */
  readonly firstProgressP95Ms: number;
  readonly firstProgressFromKillP95Ms: number;
  readonly firstProgressFromDueP95Ms: number;
  readonly kinds: Readonly<Partial<Record<RestartKind, KindFigures>>>;
  readonly each: readonly EachRestart[];
  /** What was deployed meanwhile. */
  readonly deployed: string;
  /** By its build: on how many Workflow Executions of the benchmark's Task Queue it has worked. */
  readonly builds: Readonly<Record<string, number>>;
  readonly tookMs: number;
}

const KINDS = ['worker', 'server', 'database', 'deploy'] as const satisfies readonly RestartKind[];

/** What was seen of a benchmark. */
export interface Seen {
  readonly options: RecoveryOptions;
  /** How many runs were started, those after the deploy included. */
  readonly started: number;
  readonly builds: RecoveryReport['builds'];
  readonly restarts: readonly Restart[];
  readonly entries: readonly Entry[];
  readonly found: Found;
  readonly counts: RunCounts;
  readonly tookMs: number;
}

/** Makes a report of it. */
export function reportOf(seen: Seen): RecoveryReport {
  const { options, started, restarts, entries, found, counts, builds, tookMs } = seen;
  const { runs, steps, answerMs, layout } = options;
  const kills = restarts.filter(({ kind }) => kind !== 'deploy');
  const progress = kills.flatMap((one) => progressAfter(entries, one, options));
  const p95 = (of: keyof Omit<Progress, 'kind' | 'stepsBefore'>): number =>
    progressFigures(progress.map((one) => one[of])).p95Ms;
  const there = KINDS.filter((kind) => restarts.some((one) => one.kind === kind));
  return {
    layout,
    runs,
    runsAfterDeploy: started - runs,
    steps,
    answerMs,
    kills: kills.length,
    expected: found.expected,
    completed: found.completed,
    lost: found.lost,
    stuck: started - (counts['completed'] ?? 0) - (counts['failed'] ?? 0) - (counts['cancelled'] ?? 0),
    duplicates: found.duplicates + found.foreign,
    repeats: found.repeats,
    ends: counts,
    firstProgressP95Ms: p95('fromReady'),
    firstProgressFromKillP95Ms: p95('fromKill'),
    firstProgressFromDueP95Ms: p95('fromDue'),
    kinds: Object.fromEntries(there.map((kind) => [kind, figuresOf(kind, { restarts, entries, options })])),
    each: restarts.map((one) => eachOf(one, { first: restarts[0] ?? one, entries, options })),
    deployed: there.includes('deploy') ? DEPLOYED : 'nothing: the runs ended before',
    builds,
    tookMs,
  };
}

function eachOf(
  restart: Restart,
  { first, entries, options }: Pick<Seen, 'entries' | 'options'> & { readonly first: Restart },
): EachRestart {
  const { kind, killedAt, readyAt } = restart;
  const progress = progressAfter(entries, restart, options);
  return {
    kind,
    atMs: killedAt - first.killedAt,
    readyMs: readyAt - killedAt,
    stepsBefore: median(progress.map(({ stepsBefore }) => stepsBefore)),
    fromReady: progressFigures(progress.map(({ fromReady }) => fromReady)),
    fromKillP95Ms: progressFigures(progress.map(({ fromKill }) => fromKill)).p95Ms,
  };
}

/** What is not as it must be, a sentence each. */
export function faultsOf(report: RecoveryReport): readonly string[] {
  const { runs, runsAfterDeploy, ends, expected, lost, stuck, duplicates, builds } = report;
  const started = runs + runsAfterDeploy;
  return [
    lost === 0 ? [] : `${lost} of ${expected} effects are not at the receiver.`,
    stuck === 0 ? [] : `${stuck} runs went no further.`,
    duplicates === 0 ? [] : `${duplicates} effects are there more than once or belong to no step.`,
    (ends['completed'] ?? 0) + stuck === started ? [] : `Runs ended as ${JSON.stringify(ends)}; all are to complete.`,
    areOnTheirBuilds(report) ? [] : `Runs were worked on by ${JSON.stringify(builds)}; each is to stay on its build.`,
  ].flat();
}

// By how many: those of before the deploy on one build, those of after it on the other.
function areOnTheirBuilds({ runs, runsAfterDeploy, builds }: RecoveryReport): boolean {
  const counts = Object.values(builds).toSorted((one, other) => other - one);
  const expected = [runs, runsAfterDeploy].toSorted((one, other) => other - one).filter((count) => count > 0);
  return counts.length === expected.length && counts.every((count, index) => count === expected[index]);
}

function figuresOf(
  kind: RestartKind,
  { restarts, entries, options }: Pick<Seen, 'restarts' | 'entries' | 'options'>,
): KindFigures {
  const all = restarts.filter((one) => one.kind === kind);
  const progress = all.flatMap((one) => progressAfter(entries, one, options));
  const broken = entries.filter((entry) => entry.kind === 'broken');
  const of = (name: keyof Omit<Progress, 'kind' | 'stepsBefore'>): ProgressFigures =>
    progressFigures(progress.map((one) => one[name]));
  return {
    restarts: all.length,
    readyMaxMs: Math.max(...all.map(({ killedAt, readyAt }) => readyAt - killedAt)),
    fromKill: of('fromKill'),
    fromReady: of('fromReady'),
    fromDue: of('fromDue'),
    broken: broken.filter(({ at }) => all.some(({ killedAt, readyAt }) => at >= killedAt && at <= readyAt)).length,
  };
}
