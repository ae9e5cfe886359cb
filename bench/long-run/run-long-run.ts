import { measureLongRun } from './measure-long-run.ts';
import type { LongRunOptions } from './options.ts';
import { faultsOf, tableOf } from './report.ts';

/** Runs `bench long-run` and prints what it found; answers the exit code, 1 when a count is not as it must be. */
export async function runLongRun(options: LongRunOptions): Promise<number> {
  const { report, seen } = await measureLongRun(options, (line) => process.stderr.write(`bench: ${line}\n`));
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : tableOf(report));
  const faults = faultsOf(seen, options.turns);
  for (const fault of faults) process.stderr.write(`bench: ${fault}\n`);
  return faults.length === 0 ? 0 : 1;
}
