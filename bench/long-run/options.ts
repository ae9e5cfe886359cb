import { optionsOf, wholeNumber } from '../../main/command-line.ts';
import { MOST_TURNS } from './job.ts';

/** What `bench long-run` is asked for. */
export interface LongRunOptions {
  /** How many turns the agent makes, the one that hands in included; 20 to 200, default 200. */
  readonly turns: number;
  /** How many runs, one after the other; 1 to 20, default 3. */
  readonly runs: number;
  /** One JSON object on standard output instead of a table. */
  readonly json: boolean;
}

const text = { type: 'string' } as const;
const OPTIONS = { turns: text, runs: text, json: { type: 'boolean' } } as const;
const USAGE = 'npm run bench -- long-run [--turns N] [--runs N] [--json]';

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
  };
}
