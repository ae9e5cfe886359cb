import { JobError } from '../../domain/errors.ts';
import { askedToEnd } from '../../main/asked-to-end.ts';
import { findEffects, type Found } from './found.ts';
import { openBench } from './open-bench.ts';
import type { StepsOptions } from './options.ts';
import { reportOf, type StepsReport } from './report.ts';
import { measureRounds } from './rounds.ts';

/**
 * Measures governed and bare steps on one stack, then asks the ledger and the receiver what really happened. This is what
 * shows [cost.time].
 * @throws JobError `cancelled` when the process is asked to end meanwhile; open runs and the stack are ended first
 */
export async function measureSteps(
  options: StepsOptions,
  tell: (line: string) => void,
): Promise<{ readonly report: StepsReport; readonly found: Found }> {
  const stop = new AbortController();
  const ended = new JobError('cancelled', 'The benchmark was asked to end before it had its figures.');
  void askedToEnd().then(() => stop.abort(ended));
  const bench = await openBench(options, tell);
  try {
    const { rounds, runs } = await measureRounds(bench, options, { tell, signal: stop.signal });
    const found = await findEffects(bench);
    return { report: reportOf(rounds, { ...options, runs, found }), found };
  } finally {
    tell('ending the stack');
    await bench.close();
  }
}
