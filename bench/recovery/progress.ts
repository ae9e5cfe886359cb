import { quantile } from '../steps/statistics.ts';
import type { Entry } from './record.ts';

/** What was killed, or replaced by a deploy. */
export type RestartKind = 'worker' | 'server' | 'database' | 'deploy';

/** One process that was killed and came back; of a deploy all workers, one after the other. */
export interface Restart {
  readonly kind: RestartKind;
  /** Milliseconds since 1970, as all times here. */
  readonly killedAt: number;
  /** When what took its place could work. */
  readonly readyAt: number;
}

/** How soon one run went on after a restart, in milliseconds. */
export interface Progress {
  readonly kind: RestartKind;
  readonly fromKill: number;
  /** 0 when another process had it going before. */
  readonly fromReady: number;
  /** The same, but counted from when the receiver had answered what it was at: before that nothing can go on. */
  readonly fromDue: number;
  /** How many steps it had begun by then. */
  readonly stepsBefore: number;
}

/** The settings that progress is read by. */
export interface Pace {
  readonly steps: number;
  readonly answerMs: number;
}

// A connection's end is seen at once; a busy receiver may write it down later.
const BROKEN_WITHIN_MS = 1_500;

/**
 * How soon each run that a restart has hit went on: until its next request arrived, new or repeated. A killed worker hits the runs
 * whose requests it broke off and those between two steps; all other restarts hit every open run.
 */
export function progressAfter(record: readonly Entry[], restart: Restart, pace: Pace): readonly Progress[] {
  const byRun = Map.groupBy(record, ({ run }) => run);
  return [...byRun.values()].flatMap((entries) => progressOf(entries, restart, pace));
}

/** What is told of many runs that went on. */
export interface ProgressFigures {
  readonly runs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** The figures of some times. */
export function progressFigures(timesMs: readonly number[]): ProgressFigures {
  return {
    runs: timesMs.length,
    p50Ms: Math.round(quantile(timesMs, 0.5)),
    p95Ms: Math.round(quantile(timesMs, 0.95)),
    maxMs: Math.round(Math.max(0, ...timesMs)),
  };
}

function progressOf(entries: readonly Entry[], { kind, killedAt, readyAt }: Restart, pace: Pace): readonly Progress[] {
  const requests = entries.filter((entry) => entry.kind !== 'broken');
  const last = requests.findLast(({ at }) => at <= killedAt);
  const next = requests.find(({ at }) => at > killedAt);
  if (last === undefined || next === undefined) return [];
  const isBroken = entries.some(
    (entry) => entry.kind === 'broken' && entry.at >= killedAt && entry.at <= killedAt + BROKEN_WITHIN_MS,
  );
  const answeredAt = last.at + pace.answerMs;
  if (kind === 'worker' && !isBroken && answeredAt > killedAt) return [];
  const dueAt = isBroken ? readyAt : Math.max(readyAt, answeredAt);
  return [
    {
      kind,
      fromKill: next.at - killedAt,
      fromReady: Math.max(0, next.at - readyAt),
      fromDue: Math.max(0, next.at - dueAt),
      stepsBefore: last.step,
    },
  ];
}
