import { optionsOf, wholeNumber } from '../../main/command-line.ts';
import type { AnswerOptions } from '../measuring/run-benchmark.ts';
import { MOST_TURNS } from './job.ts';

/** What `bench long-run` is asked for. */
export interface LongRunOptions extends AnswerOptions {
  /** How many turns the agent makes, the one that hands in included; 20 to 200, default 200. */
  readonly turns: number;
  /** How many runs, one after the other; 1 to 20, default 3. */
  readonly runs: number;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = { turns: text, runs: text, json: flag, results: flag } as const;
const USAGE = 'npm run bench -- long-run [--turns N] [--runs N] [--json] [--results]';

/**
 * Reads the command line after `long-run`.
 * @throws JobError `invalid-input`, which ends the command with exit code 2
 */
export function readLongRunOptions(args: readonly string[]): LongRunOptions {
  const given = optionsOf(args, OPTIONS, USAGE);
  return {
    turns: wholeNumber('turns', given.turns, { least: 20, most: MOST_TURNS, otherwise: MOST_TURNS }),
    runs: wholeNumber('runs', given.runs, { least: 1, most: 20, otherwise: 3 }),
    json: given.json ?? false,
    results: given.results ?? false,
  };
}
