import type { RestartKind } from './progress.ts';
import type { RecoveryOptions } from './options.ts';

/** What is to happen, and when. */
export interface Disruption {
  readonly kind: RestartKind;
  /** Milliseconds since the runs were started. */
  readonly atMs: number;
}

// As shares of the time that the runs would need if nothing happened to them.
const ONCE: readonly { readonly kind: RestartKind; readonly share: number }[] = [
  { kind: 'server', share: 0.3 },
  { kind: 'database', share: 0.5 },
  { kind: 'deploy', share: 0.7 },
];

/** A worker every so often without end; server, database and a deploy once each, midway between two workers. */
export function* disruptions({
  steps,
  answerMs,
  killEvery,
}: Pick<RecoveryOptions, 'steps' | 'answerMs' | 'killEvery'>): Generator<Disruption, never> {
  const everyMs = killEvery * 1_000;
  const wholeMs = steps * answerMs;
  const left = ONCE.map(({ kind, share }) => ({ kind, at: Math.floor((share * wholeMs) / everyMs) }));
  for (let number = 0; ; number += 1) {
    if (number > 0) yield { kind: 'worker', atMs: number * everyMs };
    const due = left.filter(({ at }) => at <= number).slice(0, 1);
    for (const { kind } of due) {
      left.splice(0, 1);
      yield { kind, atMs: (number + 0.5) * everyMs };
    }
  }
}
