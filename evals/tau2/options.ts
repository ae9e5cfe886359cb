import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { JobError } from '../../domain/errors.ts';
import { optionsOf, wholeNumber } from '../../main/command-line.ts';

/** What the receiver knows of repeats: it stores answers by key, or every call acts. */
export type ToolsMode = 'key-aware' | 'naive';

/** What `eval tau2` is asked for. */
export interface Tau2Options {
  /** The folder that holds the domains, as it was written. */
  readonly data: string;
  /**
   * Where the databases and tools of domains are that the folder has only tasks of; default `$HOLDFAST_EVALS/tau2-replay` where that is
   * another folder, otherwise the folder itself.
   */
  readonly base: string | undefined;
  /** How many of the calls meet a fault; 0 to 0.5, default 0. */
  readonly faultRate: number;
  /** Whether processes are killed, frozen and restarted while the tasks run. */
  readonly kills: boolean;
  /** Default `key-aware`. */
  readonly tools: ToolsMode;
  /** Which calls and which processes; default 1. The same data, rate and seed meet the same faults. */
  readonly seed: number;
  /** How many tasks, spread over the data; default all. */
  readonly limit: number;
  /** One JSON object on standard output instead of a table. */
  readonly json: boolean;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  data: text,
  base: text,
  'fault-rate': text,
  kills: flag,
  tools: text,
  seed: text,
  limit: text,
  json: flag,
} as const;
const USAGE =
  'npm run eval -- tau2 --data DIR [--base DIR] [--fault-rate 0..0.5] [--kills] [--tools key-aware|naive] [--seed N] [--limit N] [--json]';
const MAX_RATE = 0.5;
const MAX_SEED = 4_294_967_295;
const MAX_LIMIT = 1_000_000;

/**
 * Reads the command line after `tau2`, and of the environment `HOLDFAST_EVALS`, the folder of all recorded data.
 * @throws JobError `invalid-input`, which ends the command with exit code 2
 */
export function readTau2Options(args: readonly string[], env: NodeJS.ProcessEnv): Tau2Options {
  const given = optionsOf(args, OPTIONS, USAGE);
  const { data = '', base = '' } = given;
  if (data === '') throw new JobError('invalid-input', `--data names the folder of the data; the form is: ${USAGE}.`);
  return {
    data,
    base: base === '' ? recordedBase(data, env['HOLDFAST_EVALS']) : base,
    faultRate: rateOf(given['fault-rate']),
    kills: given.kills ?? false,
    tools: modeOf(given.tools),
    seed: wholeNumber('seed', given.seed, { least: 0, most: MAX_SEED, otherwise: 1 }),
    limit: wholeNumber('limit', given.limit, { least: 1, most: MAX_LIMIT, otherwise: MAX_LIMIT }),
    json: given.json ?? false,
  };
}

function recordedBase(data: string, evals = ''): string | undefined {
  const base = join(evals, 'tau2-replay');
  return evals === '' || !existsSync(base) || resolve(base) === resolve(data) ? undefined : base;
}

function rateOf(given = '0'): number {
  const value = /^\d*\.?\d{1,6}$/.test(given) ? Number(given) : Number.NaN;
  if (value >= 0 && value <= MAX_RATE) return value;
  throw new JobError(
    'invalid-input',
    `--fault-rate takes a share from 0 to ${MAX_RATE} with at most six decimals, such as 0.1, not "${given}".`,
  );
}

function modeOf(given = 'key-aware'): ToolsMode {
  if (given === 'key-aware' || given === 'naive') return given;
  throw new JobError('invalid-input', `--tools takes key-aware or naive, not "${given}".`);
}
