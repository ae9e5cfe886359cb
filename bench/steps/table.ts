import type { Figures, Round, StepsReport } from './report.ts';
import { median } from './statistics.ts';

const ROWS: readonly { readonly name: keyof Figures; readonly label: string }[] = [
  { name: 'runsPerSecond', label: 'runs per second' },
  { name: 'p50Ms', label: 'run, p50 (ms)' },
  { name: 'p99Ms', label: 'run, p99 (ms)' },
  { name: 'eventsPerRun', label: 'events per run' },
  { name: 'bytesPerRun', label: 'history bytes per run' },
  { name: 'cpuMsPerStep', label: 'CPU per step: workers (ms)' },
  { name: 'serverCpuMsPerStep', label: 'CPU per step: Temporal (ms)' },
  { name: 'databaseCpuMsPerStep', label: 'CPU per step: PostgreSQL (ms)' },
];
const LABEL_WIDTH = 31;
const WIDTH = 10;

/** A report as people read it, ending with a line break. */
export function tableOf(report: StepsReport): string {
  const { layout, inFlight, stepsPerRun, bare, governed, ratios, rounds } = report;
  const lines = [
    `${stepsPerRun} steps a run, ${inFlight} runs open, layout ${layout}, medians of ${rounds.length} rounds`,
    row('', 'bare', 'governed', 'ratio'),
    ...ROWS.map(({ name, label }) => row(label, bare[name], governed[name], ratioOf(rounds, name).toFixed(2))),
    '',
    `wall time, governed by bare: ${ratios.wall} (rounds: ${rounds.map(({ wall }) => wall).join(', ')})`,
    `processor time of workers, Temporal and PostgreSQL, governed by bare: ${ratios.cpu}`,
    `governed: ${report.runs} runs × ${stepsPerRun} steps, ${report.ledgerRows} ledger rows, ${report.receiverRequests} requests at the receiver`,
  ];
  return `${lines.join('\n')}\n`;
}

function ratioOf(rounds: readonly Round[], name: keyof Figures): number {
  return median(rounds.map(({ bare, governed }) => governed[name] / bare[name]));
}

function row(label: string, ...cells: readonly (string | number)[]): string {
  return `${label.padEnd(LABEL_WIDTH)}${cells.map((cell) => String(cell).padStart(WIDTH)).join('')}`;
}
