import type { StepsOptions } from './options.ts';
import { faultsOf } from './report.ts';
import { measureSteps } from './measure-steps.ts';
import { tableOf } from './table.ts';

/** Runs `bench steps` and prints what it found; answers the exit code, 1 when a count is not as it must be. */
export async function runSteps(options: StepsOptions): Promise<number> {
  const { report, found } = await measureSteps(options, (line) => process.stderr.write(`bench: ${line}\n`));
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : tableOf(report));
  const faults = faultsOf(report, found);
  for (const fault of faults) process.stderr.write(`bench: ${fault}\n`);
  return faults.length === 0 ? 0 : 1;
}
