import { barChart } from '../pictures/bar-chart.ts';
import { runBenchmark } from '../measuring/run-benchmark.ts';
import { measureRecovery } from './measure-recovery.ts';
import type { RecoveryOptions } from './options.ts';
import { faultsOf, type RecoveryReport } from './report.ts';

/** Runs `bench recovery`; answers the exit code, 1 when an effect is lost or doubled or a run is stuck. */
export async function runRecovery(options: RecoveryOptions): Promise<number> {
  return runBenchmark(`recovery-${options.layout}`, options, async (course) => {
    const report = await measureRecovery(options, course);
    const faults = faultsOf(report);
    return { report, table: tableOf(report), faults, pictures: () => [{ name: '', svg: pictureOf(report) }] };
  });
}

function tableOf(report: RecoveryReport): string {
  const { runs, steps, layout, kills, expected, completed, lost, stuck, duplicates, repeats } = report;
  const row = (cells: readonly (string | number)[]): string =>
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(10) : String(cell).padStart(14))).join('');
  const kinds = Object.entries(report.kinds).map(([kind, one]) =>
    row([
      kind,
      one.restarts,
      one.fromReady.runs,
      one.readyMaxMs,
      one.fromReady.p95Ms,
      one.fromKill.p95Ms,
      one.fromDue.p95Ms,
    ]),
  );
  return `${[
    `${runs} runs × ${steps} steps, layout ${layout}, ${kills} kills, ${Math.round(report.tookMs / 1_000)} s`,
    `effects: ${completed} of ${expected}, ${lost} lost, ${duplicates} duplicates, ${repeats} requests sent again; runs stuck: ${stuck}`,
    `first progress, p95: ${report.firstProgressP95Ms} ms from ready, ${report.firstProgressFromKillP95Ms} ms from the kill`,
    '',
    row(['p95, ms', 'restarts', 'runs hit', 'ready (max)', 'from ready', 'from kill', 'from due']),
    ...kinds,
    `deployed: ${report.deployed}`,
  ].join('\n')}\n`;
}

function pictureOf({ runs, steps, layout, kinds }: RecoveryReport): string {
  return barChart({
    title: `First progress after a restart, p95: ${runs} runs × ${steps} steps, ${layout}`,
    unit: 'ms',
    series: ['from ready', 'from the kill'],
    groups: Object.entries(kinds).map(([kind, { restarts, fromReady, fromKill }]) => ({
      label: `${kind} (${restarts})`,
      values: [fromReady.p95Ms, fromKill.p95Ms],
    })),
  });
}
