import { JobError } from '../../domain/errors.ts';
import { optionsOf, wholeNumber } from '../../main/command-line.ts';

/** What `eval toolcalls` is asked for. */
export interface ToolcallsOptions {
  /** The folder that holds bfcl.json, bfcl-multiturn.json, or other files of their forms, as it was written. */
  readonly data: string;
  /** Decides which cases a limit takes, and their order; default 1. */
  readonly seed: number;
  /** How many cases of each kind: with calls, without, and conversations; default all. */
  readonly limit: number;
  /** One JSON object on standard output instead of a table. */
  readonly json: boolean;
}

const text = { type: 'string' } as const;
const OPTIONS = { data: text, seed: text, limit: text, json: { type: 'boolean' } } as const;
const USAGE = 'npm run eval -- toolcalls --data DIR [--seed N] [--limit N] [--json]';
const MAX_SEED = 4_294_967_295;
const MAX_LIMIT = 1_000_000;

/**
 * Reads the command line after `toolcalls`.
 * @throws JobError `invalid-input`, which ends the command with exit code 2
 */
export function readToolcallsOptions(args: readonly string[]): ToolcallsOptions {
  const given = optionsOf(args, OPTIONS, USAGE);
  const { data = '' } = given;
  if (data === '') throw new JobError('invalid-input', `--data names the folder of the data; the form is: ${USAGE}.`);
  return {
    data,
    seed: wholeNumber('seed', given.seed, { least: 0, most: MAX_SEED, otherwise: 1 }),
    limit: wholeNumber('limit', given.limit, { least: 1, most: MAX_LIMIT, otherwise: MAX_LIMIT }),
    json: given.json ?? false,
  };
}
