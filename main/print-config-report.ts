import { relative } from 'node:path';
import type { ConfigReport } from './config-report.ts';

/** A report as people read it: values with their origin, the models, the jobs, and what is wrong. */
export function printedReport(report: ConfigReport, root: string): string {
  const { values, models, jobs, problems } = report;
  const parts = [
    ['values', columns(values.map(({ key, value, origin, variable }) => [key, value, variable ?? origin]))],
    [
      `models (${models.by})`,
      columns(models.endpoints.map(({ id, model, address, cleared }) => [id, model, address, words(cleared)])),
    ],
    [
      'jobs',
      columns(
        jobs.map(({ name, folder, dataClass, agents, cleared }) => [
          name,
          relative(root, folder) || '.',
          dataClass,
          agents.length === 0 ? 'asks no model' : `may ask ${words(cleared)}`,
        ]),
      ),
    ],
    ['problems', problems.length === 0 ? ['none'] : problems],
  ] as const;
  return parts.map(([title, lines]) => `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`).join('\n');
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function words(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
