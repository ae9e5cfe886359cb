import Table from 'cli-table3';
import type { ListedRun } from 'holdfast/client';
import type { DocumentEnd } from './judge-end.ts';

/** One document's line. */
export interface Row {
  readonly file: string;
  readonly run: ListedRun;
  readonly end: DocumentEnd;
  /** Whether an earlier start had made this run. */
  readonly before: boolean;
}

const DETAIL_WIDTH = 62;

/** The documents with their ends, time, tokens and model calls. */
export function tableOf(rows: readonly Row[]): string {
  const table = new Table({
    head: ['document', 'end', 'as expected', 'seconds', 'model calls', 'tokens', 'what happened'],
    style: { head: [], border: [] },
    colWidths: [undefined, undefined, undefined, undefined, undefined, undefined, DETAIL_WIDTH].map(
      (width) => width ?? null,
    ),
    wordWrap: true,
  });
  table.push(...rows.map(cells));
  return table.toString();
}

function cells({ file, run, end, before }: Row): string[] {
  const seconds =
    run.closedAt === undefined ? '' : ((run.closedAt.getTime() - run.startedAt.getTime()) / 1000).toFixed(1);
  return [
    file,
    end.end,
    end.unexpected === undefined ? 'yes' : `NO: ${end.unexpected}`,
    seconds,
    String(run.modelCalls),
    String(run.inputTokens + run.outputTokens),
    `${end.detail}${before ? ` (by run ${run.runId}, started before)` : ''}`,
  ];
}
