import { optionsOf, wholeNumber } from '../../main/command-line.ts';

/** What `bench api` is asked for. */
export interface ApiOptions {
  /** How many runs the tenant has; 10 to 100,000, default 5,000. */
  readonly runs: number;
  /** Requests a second; 1 to 2,000, default 200. */
  readonly rate: number;
  /** How long each side is measured in each round, in seconds; 1 to 600, default 10. */
  readonly seconds: number;
  /** One JSON object on standard output instead of a table. */
  readonly json: boolean;
}

const text = { type: 'string' } as const;
const OPTIONS = { runs: text, rate: text, seconds: text, json: { type: 'boolean' } } as const;
const USAGE = 'npm run bench -- api [--runs N] [--rate N] [--seconds N] [--json]';

/**
 * Reads the command line after `api`.
 * @throws JobError `invalid-input`, which ends the command with exit code 2
 */
export function readApiOptions(args: readonly string[]): ApiOptions {
  const given = optionsOf(args, OPTIONS, USAGE);
  return {
    runs: wholeNumber('runs', given.runs, { least: 10, most: 100_000, otherwise: 5_000 }),
    rate: wholeNumber('rate', given.rate, { least: 1, most: 2_000, otherwise: 200 }),
    seconds: wholeNumber('seconds', given.seconds, { least: 1, most: 600, otherwise: 10 }),
    json: given.json ?? false,
  };
}
