import type { ListedRun } from 'holdfast/client';
import { createLogUpdate } from 'log-update';

/** Shows runs while they move: redrawn in place on a terminal, a line for each change elsewhere. */
export interface LiveView {
  show(runs: readonly ListedRun[]): void;
  /** Leaves what is drawn and lets other lines follow. */
  done(): void;
}

/** A view on a stream; `labelOf` names a run by its document. */
export function createLiveView(stream: NodeJS.WriteStream, labelOf: (run: ListedRun) => string): LiveView {
  return stream.isTTY ? drawn(stream, labelOf) : printed(stream, labelOf);
}

function drawn(stream: NodeJS.WriteStream, labelOf: (run: ListedRun) => string): LiveView {
  const update = createLogUpdate(stream);
  return {
    show: (runs) => update(runs.map((run) => lineOf(run, labelOf)).join('\n')),
    done: () => update.done(),
  };
}

function printed(stream: NodeJS.WriteStream, labelOf: (run: ListedRun) => string): LiveView {
  const shown = new Map<string, string>();
  return {
    show(runs) {
      for (const run of runs) {
        const line = lineOf(run, labelOf);
        if (shown.get(run.runId) === line) continue;
        shown.set(run.runId, line);
        stream.write(`${line}\n`);
      }
    },
    done: () => {},
  };
}

function lineOf(run: ListedRun, labelOf: (run: ListedRun) => string): string {
  const at = run.closedAt === undefined ? (run.waitingFor?.sentence ?? run.step) : (run.end?.code ?? '');
  return `  ${labelOf(run).padEnd(24)} ${run.status.padEnd(10)} ${at}`;
}
