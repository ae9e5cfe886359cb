import { JobError } from '../../domain/errors.ts';
import { askedToEnd } from '../../main/asked-to-end.ts';
import { keepResult, type Picture } from './keep-result.ts';

/** What every benchmark of figures can do with them. */
export interface Shown<Report> {
  readonly report: Report;
  /** As people read it, ending with a line break. */
  readonly table: string;
  /** What is not as it must be, a sentence each: counts, never a time. */
  readonly faults: readonly string[];
  readonly pictures: (earlier: Report | undefined) => readonly Picture[];
}

/** How a benchmark is asked to answer. */
export interface AnswerOptions {
  /** One JSON object on standard output instead of a table. */
  readonly json: boolean;
  /** Keeps figures and pictures in `bench/results/`. */
  readonly results: boolean;
}

/** Tells how far a benchmark is, and when it is to give up. */
export interface Course {
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

const END_WITHIN_MS = 15_000;

/**
 * Runs a benchmark, prints what it found and keeps it when asked to; answers the exit code, 1 when a count is not as it must be.
 * @throws JobError `cancelled` when the process is asked to end meanwhile
 */
export async function runBenchmark<Report extends object>(
  name: string,
  { json, results }: AnswerOptions,
  measure: (course: Course) => Promise<Shown<Report>>,
): Promise<number> {
  const stop = new AbortController();
  const ended = new JobError('cancelled', 'The benchmark was asked to end before it had its figures.');
  void askedToEnd().then(() => {
    stop.abort(ended);
    // One that does not look at the signal is ended all the same; its stack's supervisor stops what it leaves behind.
    setTimeout(() => process.exit(ended.traits.exitCode), END_WITHIN_MS).unref();
  });
  const tell = (line: string): void => void process.stderr.write(`bench: ${line}\n`);
  const { report, table, faults, pictures } = await measure({ tell, signal: stop.signal });
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : table);
  if (results) for (const path of await keepResult(name, report, pictures)) tell(`wrote ${path}`);
  for (const fault of faults) tell(fault);
  return faults.length === 0 ? 0 : 1;
}
