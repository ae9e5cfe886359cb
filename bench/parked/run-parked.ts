import { runBenchmark } from '../measuring/run-benchmark.ts';
import { barChart } from '../pictures/bar-chart.ts';
import { SIDES } from '../steps/side.ts';
import { measureParked } from './measure-parked.ts';
import type { ParkedOptions } from './options.ts';
import { faultsOf, type ParkedReport } from './report.ts';

const PARTS = ['workers', 'server', 'database'] as const;

/** Runs `bench parked`; answers the exit code, 1 when a run was not woken. */
export async function runParked(options: ParkedOptions): Promise<number> {
  return runBenchmark(`parked-${options.layout}`, options, async (course) => {
    const report = await measureParked(options, course);
    const pictures = (): { name: string; svg: string }[] => [{ name: '', svg: pictureOf(report) }];
    return { report, table: tableOf(report), faults: faultsOf(report), pictures };
  });
}

function tableOf(report: ParkedReport): string {
  const { runs, layout, ratios } = report;
  const row = (label: string, cells: readonly (string | number)[]): string =>
    `${label.padEnd(34)}${cells.map((cell) => String(cell).padStart(12)).join('')}`;
  const both = (of: (side: ParkedReport['bare']) => number): readonly number[] => SIDES.map((side) => of(report[side]));
  return `${[
    `${runs} runs wait for a signal, layout ${layout}`,
    row('', ['bare', 'governed']),
    ...PARTS.map((part) =>
      row(
        `memory of a run: ${part} (KiB)`,
        both(({ kibPerRun }) => kibPerRun[part]),
      ),
    ),
    ...PARTS.map((part) =>
      row(
        `CPU while waiting: ${part} (ms/s)`,
        both((one) => one.cpuMsPerSecond[part]),
      ),
    ),
    row(
      'all started in (ms)',
      both(({ startMs }) => startMs),
    ),
    row(
      'workers quiet after (ms)',
      both(({ settleMs }) => settleMs),
    ),
    row(
      'all woken in (ms)',
      both(({ wakeMs }) => wakeMs),
    ),
    `governed by bare: memory ${ratios.memory}, time to wake ${ratios.wake}`,
  ].join('\n')}\n`;
}

function pictureOf({ runs, layout, bare, governed }: ParkedReport): string {
  return barChart({
    title: `Memory that a waiting run adds (${runs} of them, ${layout})`,
    unit: 'KiB',
    series: ['bare Temporal', 'governed'],
    groups: PARTS.map((part) => ({ label: part, values: [bare.kibPerRun[part], governed.kibPerRun[part]] })),
  });
}
