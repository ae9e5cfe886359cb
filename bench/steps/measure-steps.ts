import { findEffects, type Found } from './found.ts';
import { openBench } from './open-bench.ts';
import type { StepsOptions } from './options.ts';
import { reportOf, type StepsReport } from './report.ts';
import { measureRounds } from './rounds.ts';

/** Measures governed and bare steps on one stack, then asks the ledger and the receiver what really happened. */
export async function measureSteps(
  options: StepsOptions,
  tell: (line: string) => void,
): Promise<{ readonly report: StepsReport; readonly found: Found }> {
  const bench = await openBench(options, tell);
  const interruption = Promise.withResolvers<never>();
  const onSignal = (signal: NodeJS.Signals): void => interruption.reject(new Error(`ended by ${signal}`));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal);
  try {
    const { rounds, governedRuns } = await Promise.race([measureRounds(bench, options, tell), interruption.promise]);
    const found = await findEffects(bench);
    const { layout, inFlight } = options;
    return { report: reportOf(rounds, { layout, inFlight, runs: governedRuns, found }), found };
  } finally {
    tell('ending the stack');
    await bench.close();
  }
}
