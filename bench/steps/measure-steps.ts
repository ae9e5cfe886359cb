import type { Course } from '../measuring/run-benchmark.ts';
import { findEffects, type Found } from './found.ts';
import { openBench } from './open-bench.ts';
import type { StepsOptions } from './options.ts';
import { reportOf, type StepsReport } from './report.ts';
import { measureRounds } from './rounds.ts';

/**
 * Measures governed and bare steps on one stack, then asks the ledger and the receiver what really happened. This is what
 * shows [cost.time].
 * @throws the signal's reason when it is aborted meanwhile; open runs and the stack are ended first
 */
export async function measureSteps(
  options: StepsOptions,
  course: Course,
): Promise<{ readonly report: StepsReport; readonly found: Found }> {
  const bench = await openBench(options, course.tell);
  try {
    const { rounds, runs } = await measureRounds(bench, options, course);
    const found = await findEffects(bench);
    return { report: reportOf(rounds, { ...options, runs, found }), found };
  } finally {
    course.tell('ending the stack');
    await bench.close();
  }
}
