import { runBenchmark } from '../measuring/run-benchmark.ts';
import { lineChart } from '../pictures/line-chart.ts';
import { measureLongRun } from './measure-long-run.ts';
import type { LongRunOptions } from './options.ts';
import { faultsOf, type LongRunReport, tableOf } from './report.ts';

/** Runs `bench long-run` and prints what it found; answers the exit code, 1 when a count is not as it must be. */
export async function runLongRun(options: LongRunOptions): Promise<number> {
  return runBenchmark('long-run', options, async ({ tell }) => {
    const { report, seen } = await measureLongRun(options, tell);
    const pictures = (earlier: LongRunReport | undefined): { name: string; svg: string }[] => [
      { name: '', svg: pictureOf(report, earlier) },
    ];
    return { report, table: tableOf(report), faults: faultsOf(seen, options.turns), pictures };
  });
}

function pictureOf(report: LongRunReport, earlier: LongRunReport | undefined): string {
  const line = (name: string, { perTurnMs }: LongRunReport): { name: string; points: { x: number; y: number }[] } => ({
    name,
    points: perTurnMs.map((y, index) => ({ x: index + 1, y })),
  });
  return lineChart({
    title: `Each turn of an agent with ${report.turns} turns, median of ${report.runs} runs`,
    x: 'turn',
    unit: 'ms',
    series: [line('newest', report), ...(earlier === undefined ? [] : [line('the one before', earlier)])],
  });
}
