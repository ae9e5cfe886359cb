import { parseArgs } from 'node:util';
import { JobError, sentenceOf } from '../../domain/errors.ts';
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

const USAGE = 'npm run bench -- steps [--seconds N] [--in-flight N] [--layout together|apart] [--json]';

/**
 * Reads the command line after `steps`.
 * @throws JobError `invalid-input`, which ends the command with exit code 2
 */
export function readStepsOptions(args: readonly string[]): StepsOptions {
  const given = parsed(args);
  return {
    seconds: whole('seconds', given.seconds, { least: 1, most: 3_600, otherwise: 60 }),
    inFlight: whole('in-flight', given['in-flight'], { least: 1, most: 200, otherwise: 16 }),
    layout: layoutOf(given.layout),
    json: given.json ?? false,
  };
}

interface Given {
  readonly seconds?: string;
  readonly 'in-flight'?: string;
  readonly layout?: string;
  readonly json?: boolean;
}

function parsed(args: readonly string[]): Given {
  const text = { type: 'string' } as const;
  const options = { seconds: text, 'in-flight': text, layout: text, json: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (cause) {
    const [first = ''] = sentenceOf(cause).split(/\.\s|\n/);
    throw new JobError('invalid-input', `${first.replace(/\.$/, '')}; the form is: ${USAGE}.`, { cause });
  }
}

function whole(
  name: string,
  text: string | undefined,
  bounds: { least: number; most: number; otherwise: number },
): number {
  if (text === undefined) return bounds.otherwise;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= bounds.least && value <= bounds.most) return value;
  throw new JobError(
    'invalid-input',
    `--${name} takes a whole number from ${bounds.least} to ${bounds.most}, not "${text}".`,
  );
}

function layoutOf(text = 'together'): Layout {
  if (text === 'together' || text === 'apart') return text;
  throw new JobError('invalid-input', `--layout is together or apart, not "${text}".`);
}
