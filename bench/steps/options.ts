import { JobError } from '../../domain/errors.ts';
import { optionsOf, wholeNumber } from '../../main/command-line.ts';
import type { Layout } from '../../main/worker-specs.ts';
import { layoutOf } from '../measuring/layout-of.ts';
import type { AnswerOptions } from '../measuring/run-benchmark.ts';

/** What `bench steps` is asked for. */
export interface StepsOptions extends AnswerOptions {
  /** How long all measured windows take together; 1 to 3,600, default 60. Start-up, warm-up and draining come on top. */
  readonly seconds: number;
  /** Rounds that are measured, in alternating order; 1 to 25, default 5. */
  readonly rounds: number;
  /** How many runs are open at any time; 1 to 200, default 16. */
  readonly inFlight: number;
  /** Default `together`. */
  readonly layout: Layout;
  /**
   * `stock`: the bare side runs as people run Temporal's SDK. `lean`: Node is told for it what it is told for the engine's own
   * workers (`main/lean-threads.ts`). Default `stock`.
   */
  readonly bare: 'stock' | 'lean';
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const HOW_LONG = { seconds: text, rounds: text, 'in-flight': text } as const;
const OPTIONS = { ...HOW_LONG, layout: text, bare: text, json: flag, results: flag } as const;
const USAGE =
  'npm run bench -- steps [--seconds N] [--rounds N] [--in-flight N] [--layout together|apart] [--bare stock|lean] [--json] [--results]';

/**
 * Reads the command line after `steps`.
 * @throws JobError `invalid-input`, which ends the command with exit code 2
 */
export function readStepsOptions(args: readonly string[]): StepsOptions {
  const given = optionsOf(args, OPTIONS, USAGE);
  return {
    seconds: wholeNumber('seconds', given.seconds, { least: 1, most: 3_600, otherwise: 60 }),
    rounds: wholeNumber('rounds', given.rounds, { least: 1, most: 25, otherwise: 5 }),
    inFlight: wholeNumber('in-flight', given['in-flight'], { least: 1, most: 200, otherwise: 16 }),
    layout: layoutOf(given.layout) ?? 'together',
    bare: bareOf(given.bare),
    json: given.json ?? false,
    results: given.results ?? false,
  };
}

function bareOf(text = 'stock'): StepsOptions['bare'] {
  if (text === 'stock' || text === 'lean') return text;
  throw new JobError('invalid-input', `--bare is stock or lean, not "${text}".`);
}
