import { JobError } from '../../domain/errors.ts';
import { optionsOf, wholeNumber } from '../../main/command-line.ts';

/** What `eval invoices` is asked for. */
export interface InvoicesOptions {
  /** The folder that holds documents.json and rules.json, as it was written. */
  readonly data: string;
  /** The share of the simulated model's answers that are altered; 0 to 1, default 0. */
  readonly modelErrors: number;
  /** Which answers; default 1. The same data, rate and seed err alike. */
  readonly seed: number;
  /** How many documents of the file, from its first; default all. */
  readonly limit: number;
  /** One JSON object on standard output instead of a table. */
  readonly json: boolean;
}

const text = { type: 'string' } as const;
const OPTIONS = { data: text, 'model-errors': text, seed: text, limit: text, json: { type: 'boolean' } } as const;
const USAGE = 'npm run eval -- invoices --data DIR [--model-errors 0..1] [--seed N] [--limit N] [--json]';
const MAX_SEED = 4_294_967_295;
const MAX_LIMIT = 1_000_000;

/**
 * Reads the command line after `invoices`.
 * @throws JobError `invalid-input`, which ends the command with exit code 2
 */
export function readInvoicesOptions(args: readonly string[]): InvoicesOptions {
  const given = optionsOf(args, OPTIONS, USAGE);
  const { data = '' } = given;
  if (data === '') throw new JobError('invalid-input', `--data names the folder of the data; the form is: ${USAGE}.`);
  return {
    data,
    modelErrors: share('model-errors', given['model-errors']),
    seed: wholeNumber('seed', given.seed, { least: 0, most: MAX_SEED, otherwise: 1 }),
    limit: wholeNumber('limit', given.limit, { least: 1, most: MAX_LIMIT, otherwise: MAX_LIMIT }),
    json: given.json ?? false,
  };
}

function share(name: string, text = '0'): number {
  const value = /^\d*\.?\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= 1) return value;
  throw new JobError(
    'invalid-input',
    `--${name} takes a share from 0 to 1 with at most six decimals, such as 0.2, not "${text}".`,
  );
}
