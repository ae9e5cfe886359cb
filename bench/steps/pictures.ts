import type { Picture } from '../measuring/keep-result.ts';
import { barChart } from '../pictures/bar-chart.ts';
import { lineChart } from '../pictures/line-chart.ts';
import type { Figures, StepsReport } from './report.ts';

const BOUND = 1.2;

/** What is shown of a report, and of the one that was kept before it: wall time by round, and where processor time goes. */
export function picturesOf(report: StepsReport, earlier: StepsReport | undefined): readonly Picture[] {
  return [
    { name: 'wall', svg: wallPicture(report, earlier) },
    { name: 'cpu', svg: cpuPicture(report) },
  ];
}

function wallPicture({ layout, bare, rounds }: StepsReport, earlier: StepsReport | undefined): string {
  const points = (report: StepsReport): readonly { x: number; y: number }[] =>
    report.rounds.map(({ wall }, index) => ({ x: index + 1, y: wall }));
  return lineChart({
    title: `Wall time of governed steps by that of bare Temporal (${bareName(bare, layout)})`,
    x: 'round',
    unit: 'ratio',
    series: [
      { name: 'newest', points: rounds.map(({ wall }, index) => ({ x: index + 1, y: wall })) },
      ...(earlier === undefined ? [] : [{ name: 'the one before', points: points(earlier) }]),
    ],
    bound: { label: `at most ${BOUND}`, value: BOUND },
  });
}

function cpuPicture({ layout, bare, governed }: StepsReport): string {
  const parts: readonly { readonly label: string; readonly name: keyof Figures }[] = [
    { label: 'workers', name: 'cpuMsPerStep' },
    { label: 'Temporal', name: 'serverCpuMsPerStep' },
    { label: 'PostgreSQL', name: 'databaseCpuMsPerStep' },
  ];
  return barChart({
    title: `Processor time of a step, ${layout}`,
    unit: 'ms',
    series: ['bare Temporal', 'governed'],
    groups: parts.map(({ label, name }) => ({ label, values: [bare[name], governed[name]] })),
  });
}

function bareName({ runsPerSecond }: Figures, layout: string): string {
  return `${layout}, bare ${runsPerSecond} runs/s`;
}
