import { runBenchmark } from '../measuring/run-benchmark.ts';
import { barChart } from '../pictures/bar-chart.ts';
import { SIDES } from '../steps/side.ts';
import { measureLatency } from './measure-latency.ts';
import type { LatencyOptions } from './options.ts';
import type { LatencyReport } from './report.ts';

/** Runs `bench latency`; answers the exit code. */
export async function runLatency(options: LatencyOptions): Promise<number> {
  return runBenchmark('latency', options, async (course) => {
    const report = await measureLatency(options, course);
    return { report, table: tableOf(report), faults: [], pictures: () => [{ name: '', svg: pictureOf(report) }] };
  });
}

function tableOf({ runs, answerMs, layouts }: LatencyReport): string {
  const row = (label: string, cells: readonly (string | number)[]): string =>
    `${label.padEnd(20)}${cells.map((cell) => String(cell).padStart(12)).join('')}`;
  return `${[
    `one run at a time, ${runs} of each side, each step answered after ${answerMs} ms`,
    row('', ['steps', 'p50 ms', 'p99 ms']),
    ...Object.entries(layouts).flatMap(([layout, found]) => [
      ...SIDES.map((side) =>
        row(`${layout}, ${side}`, [found[side].steps, found[side].p50Ms.toFixed(2), found[side].p99Ms.toFixed(2)]),
      ),
      row('  governed by bare', ['', found.ratios.p50, found.ratios.p99]),
    ]),
  ].join('\n')}\n`;
}

function pictureOf({ layouts, answerMs }: LatencyReport): string {
  return barChart({
    title: `One step while nothing else runs (the receiver takes ${answerMs} ms of it)`,
    unit: 'ms',
    series: ['bare Temporal', 'governed'],
    groups: Object.entries(layouts).flatMap(([layout, { bare, governed }]) => [
      { label: `${layout}, p50`, values: [bare.p50Ms, governed.p50Ms] },
      { label: `${layout}, p99`, values: [bare.p99Ms, governed.p99Ms] },
    ]),
  });
}
