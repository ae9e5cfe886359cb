import { optionsOf, wholeNumber } from '../../main/command-line.ts';
import type { Layout } from '../../main/worker-specs.ts';
import { layoutOf } from '../measuring/layout-of.ts';
import type { AnswerOptions } from '../measuring/run-benchmark.ts';

/** What `bench parked` is asked for. */
export interface ParkedOptions extends AnswerOptions {
  /** How many runs wait at once on each side; 1 to 20,000, default 2,000. */
  readonly runs: number;
  /** How long their processor time is measured while they wait, in seconds; 1 to 600, default 20. */
  readonly seconds: number;
  /** Default `together`. */
  readonly layout: Layout;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = { runs: text, seconds: text, layout: text, json: flag, results: flag } as const;
const USAGE = 'npm run bench -- parked [--runs N] [--seconds N] [--layout together|apart] [--json] [--results]';

/**
 * Reads the command line after `parked`.
 * @throws JobError `invalid-input`, which ends the command with exit code 2
 */
export function readParkedOptions(args: readonly string[]): ParkedOptions {
  const given = optionsOf(args, OPTIONS, USAGE);
  return {
    runs: wholeNumber('runs', given.runs, { least: 1, most: 20_000, otherwise: 2_000 }),
    seconds: wholeNumber('seconds', given.seconds, { least: 1, most: 600, otherwise: 20 }),
    layout: layoutOf(given.layout) ?? 'together',
    json: given.json ?? false,
    results: given.results ?? false,
  };
}
