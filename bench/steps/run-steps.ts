import { runBenchmark } from '../measuring/run-benchmark.ts';
import { measureSteps } from './measure-steps.ts';
import type { StepsOptions } from './options.ts';
import { picturesOf } from './pictures.ts';
import { faultsOf } from './report.ts';
import { tableOf } from './table.ts';

/** Runs `bench steps` and prints what it found; answers the exit code, 1 when a count is not as it must be. */
export async function runSteps(options: StepsOptions): Promise<number> {
  const name = `steps-${options.layout}${options.bare === 'stock' ? '' : `-${options.bare}`}`;
  return runBenchmark(name, options, async (course) => {
    const { report, found } = await measureSteps(options, course);
    const pictures = (earlier: typeof report | undefined): ReturnType<typeof picturesOf> => picturesOf(report, earlier);
    return { report, table: tableOf(report), faults: faultsOf(report, found), pictures };
  });
}
