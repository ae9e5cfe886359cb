import { optionsOf, wholeNumber } from '../../main/command-line.ts';
import type { Layout } from '../../main/worker-specs.ts';
import { layoutOf } from '../measuring/layout-of.ts';
import type { AnswerOptions } from '../measuring/run-benchmark.ts';

/** What `bench latency` is asked for. */
export interface LatencyOptions extends AnswerOptions {
  /** How many runs of each side are measured, one at a time; 1 to 1,000, default 60. */
  readonly runs: number;
  /** Default both, one after the other. */
  readonly layouts: readonly Layout[];
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = { runs: text, layout: text, json: flag, results: flag } as const;
const USAGE = 'npm run bench -- latency [--runs N] [--layout together|apart] [--json] [--results]';

/**
 * Reads the command line after `latency`.
 * @throws JobError `invalid-input`, which ends the command with exit code 2
 */
export function readLatencyOptions(args: readonly string[]): LatencyOptions {
  const given = optionsOf(args, OPTIONS, USAGE);
  const layout = layoutOf(given.layout);
  return {
    runs: wholeNumber('runs', given.runs, { least: 1, most: 1_000, otherwise: 60 }),
    layouts: layout === undefined ? ['together', 'apart'] : [layout],
    json: given.json ?? false,
    results: given.results ?? false,
  };
}
