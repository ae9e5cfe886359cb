import { parseArgs } from 'node:util';
import { JobError, sentenceOf } from '../domain/errors.ts';

/** What `npm start` was asked for. */
export interface StartOptions {
  /** Ends when the documents have; exits 0 when all reached their expected end. */
  readonly once: boolean;
  /** Lets the demo approver release by itself. */
  readonly yes: boolean;
  /** Empty books and a tenant of its own. */
  readonly fresh: boolean;
  /** A folder of the user's own documents instead of the samples. */
  readonly documents?: string | undefined;
  /** Stack traces and workers' logs. */
  readonly verbose: boolean;
  readonly help: boolean;
}

/** What `npm start -- --help` prints. */
export const HELP = `npm start [-- OPTIONS]

Brings up PostgreSQL, a Temporal server, workers and the example's books, takes the sample invoices to verified
bookings, and keeps serving until Ctrl-C.

  --once      end when the documents have, with exit code 0 when all reached their expected end
  --yes       let the demo approver release by itself; without it you are asked at the terminal
  --documents DIR
              take the files of a folder (.xml, .pdf, .eml; up to 20 MB each, sub-folders are not followed) instead of the
              samples, and say for each what became of it; exit code 0 when all have ended or wait for a person
  --fresh     start with empty books, in a new tenant
  --verbose   show stack traces and the workers' logs
  --help      show this
`;

/**
 * Reads the command line.
 * @throws JobError `invalid-input` for an unknown option
 */
export function readOptions(args: readonly string[]): StartOptions {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const options = {
      once: flag,
      yes: flag,
      fresh: flag,
      verbose: flag,
      help: flag,
      documents: { type: 'string' } as const,
    };
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (cause) {
    const [first = ''] = sentenceOf(cause).split('. ');
    throw new JobError('invalid-input', `${first}; \`npm start -- --help\` lists the options.`, { cause });
  }
}
