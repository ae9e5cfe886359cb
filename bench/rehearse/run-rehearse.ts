import { closeRehearsals, rehearse } from 'holdfast/testing';
import { JobError } from '../../domain/errors.ts';
import { optionsOf, wholeNumber } from '../../main/command-line.ts';
import { benchApi } from '../api/job.ts';
import { median } from '../steps/statistics.ts';

const USAGE = 'npm run bench -- rehearse [--rehearsals N] [--json]';
const FOLDER = new URL('../api/', import.meta.url);

/**
 * How long `rehearse` of `holdfast/testing` takes for a job of one step: the first, which brings up stack and worker, and those after
 * it, one by one. Answers the exit code. [testing.fast]
 */
export async function runRehearse(args: readonly string[]): Promise<number> {
  const given = optionsOf(args, { rehearsals: { type: 'string' }, json: { type: 'boolean' } }, USAGE);
  const rehearsals = wholeNumber('rehearsals', given.rehearsals, { least: 1, most: 1_000, otherwise: 20 });
  try {
    const firstMs = await timed(0);
    const nextMs: number[] = [];
    for (let index = 1; index <= rehearsals; index += 1) nextMs.push(await timed(index));
    const report = { rehearsals, firstMs, medianMs: median(nextMs), slowestMs: Math.max(...nextMs) };
    process.stdout.write(given.json === true ? `${JSON.stringify(report)}\n` : tableOf(report));
    return 0;
  } finally {
    await closeRehearsals();
  }
}

async function timed(index: number): Promise<number> {
  const began = performance.now();
  const { status, end } = await rehearse(benchApi, { folder: FOLDER, input: { run: String(index) }, script: {} });
  if (status !== 'completed') throw new JobError('internal', `A rehearsal ended ${status}: ${end?.sentence ?? ''}`);
  return Math.round(performance.now() - began);
}

function tableOf(report: { rehearsals: number; firstMs: number; medianMs: number; slowestMs: number }): string {
  return `first ${report.firstMs} ms (stack and worker), then ${report.rehearsals}: median ${report.medianMs} ms, slowest ${report.slowestMs} ms\n`;
}
