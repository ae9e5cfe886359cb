import { JobError } from '../../domain/errors.ts';
import { optionsOf, wholeNumber } from '../../main/command-line.ts';
import type { Layout } from '../../main/worker-specs.ts';

/** What `bench steps` is asked for. */
export interface StepsOptions {
  /** How long all measured windows take together; 1 to 3,600, default 60. Start-up, warm-up and draining come on top. */
  readonly seconds: number;
  /** How many runs are open at any time; 1 to 200, default 16. */
  readonly inFlight: number;
  /** Default `together`. */
  readonly layout: Layout;
  /** One JSON object on standard output instead of a table. */
  readonly json: boolean;
}

const text = { type: 'string' } as const;
const OPTIONS = { seconds: text, 'in-flight': text, layout: text, json: { type: 'boolean' } } as const;
const USAGE = 'npm run bench -- steps [--seconds N] [--in-flight N] [--layout together|apart] [--json]';

/**
 * Reads the command line after `steps`.
 * @throws JobError `invalid-input`, which ends the command with exit code 2
 */
export function readStepsOptions(args: readonly string[]): StepsOptions {
  const given = optionsOf(args, OPTIONS, USAGE);
  return {
    seconds: wholeNumber('seconds', given.seconds, { least: 1, most: 3_600, otherwise: 60 }),
    inFlight: wholeNumber('in-flight', given['in-flight'], { least: 1, most: 200, otherwise: 16 }),
    layout: layoutOf(given.layout),
    json: given.json ?? false,
  };
}

function layoutOf(text = 'together'): Layout {
  if (text === 'together' || text === 'apart') return text;
  throw new JobError('invalid-input', `--layout is together or apart, not "${text}".`);
}
