import { optionsOf, wholeNumber } from '../../main/command-line.ts';
import type { Layout } from '../../main/worker-specs.ts';
import { layoutOf } from '../measuring/layout-of.ts';
import type { AnswerOptions } from '../measuring/run-benchmark.ts';

/** What `bench recovery` is asked for. */
export interface RecoveryOptions extends AnswerOptions {
  /** How many runs are started at once; 1 to 1,000, default 100. */
  readonly runs: number;
  /** How many steps each has, one after the other; 1 to 320: histories of 1,931 events, and room for what kills add; default 20. */
  readonly steps: number;
  /** After how long the receiver answers a step, in milliseconds; 100 to 10,000, default 4,000. */
  readonly answerMs: number;
  /** Seconds between two workers that are killed, in turn; 2 to 60, default 10. */
  readonly killEvery: number;
  /** Default `together`. */
  readonly layout: Layout;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  runs: text,
  steps: text,
  'answer-ms': text,
  'kill-every': text,
  layout: text,
  json: flag,
  results: flag,
} as const;
const USAGE =
  'npm run bench -- recovery [--runs N] [--steps N] [--answer-ms N] [--kill-every N] [--layout together|apart] [--json] [--results]';

/**
 * Reads the command line after `recovery`.
 * @throws JobError `invalid-input`, which ends the command with exit code 2
 */
export function readRecoveryOptions(args: readonly string[]): RecoveryOptions {
  const given = optionsOf(args, OPTIONS, USAGE);
  return {
    runs: wholeNumber('runs', given.runs, { least: 1, most: 1_000, otherwise: 100 }),
    steps: wholeNumber('steps', given.steps, { least: 1, most: 320, otherwise: 20 }),
    answerMs: wholeNumber('answer-ms', given['answer-ms'], { least: 100, most: 10_000, otherwise: 4_000 }),
    killEvery: wholeNumber('kill-every', given['kill-every'], { least: 2, most: 60, otherwise: 10 }),
    layout: layoutOf(given.layout) ?? 'together',
    json: given.json ?? false,
    results: given.results ?? false,
  };
}
