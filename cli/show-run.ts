import type { Answer } from '../api/types.ts';
import { shownLength, shownTime } from './shown-time.ts';
import { styled } from './terminal.ts';
import { pairsOf, tableOf } from './table.ts';

/** A run as the API shows it by itself. */
export type SeenRun = Answer<'GET /v1/runs/{runId}'>;
/** A run as the API lists it. */
export type ListedRun = Answer<'GET /v1/runs'>['runs'][number];

const STYLES = {
  running: 'cyan',
  paused: 'yellow',
  waiting: 'yellow',
  completed: 'green',
  failed: 'red',
  cancelled: 'gray',
} as const satisfies Record<ListedRun['status'], string>;

/** A status in its colour. */
export function statusText(status: ListedRun['status']): string {
  return styled(STYLES[status], status);
}

/** Runs below each other. */
export function runTable(runs: readonly ListedRun[]): string {
  return tableOf({
    head: ['RUN', 'STATUS', 'STARTED', 'BY', 'AT'],
    rows: runs.map((run) => [run.runId, run.status, shownTime(run.startedAt), run.actor, whereabouts(run)]),
  });
}

/** Where a run is, in a few words: what it waits for, its step, or why it ended other than completed. */
export function whereabouts({ end, waitingFor, step }: ListedRun): string {
  if (end !== undefined) return `${end.code}: ${end.sentence}`;
  return waitingFor === undefined ? step : `waits for ${waitingFor.name}: ${waitingFor.sentence}`;
}

/** Everything about one run, a line each. */
export function runCard(run: SeenRun, now = Date.now()): string {
  const { waitingFor, blocked, end, forkOf, forks = [] } = run;
  const ended = run.closedAt === undefined ? now : Date.parse(run.closedAt);
  return pairsOf([
    ['run', run.runId],
    ['status', run.status],
    ['end', end === undefined ? undefined : `${end.code}${end.sentence === '' ? '' : `: ${end.sentence}`}`],
    ['waits for', waitingFor === undefined ? undefined : `${waitingFor.kind} "${waitingFor.name}"`],
    ['needed', waitingFor?.sentence],
    ['until', waitingFor?.deadline === undefined ? undefined : shownTime(waitingFor.deadline)],
    ['blocked by', blocked === undefined ? undefined : `${blocked.error} (tried ${blocked.attempts} times)`],
    ['alarm', run.alarms?.map(({ kind, sentence }) => `${kind}: ${sentence}`).join('; ')],
    ['step', run.step],
    ['last outcome', run.lastOutcome],
    ['job', `${run.job}, version ${run.version}`],
    ['started', `${shownTime(run.startedAt)} by ${run.actor}`],
    ['fork of', forkOf === undefined ? undefined : forkedFrom(forkOf)],
    ['forks', forks.length === 0 ? undefined : forks.map((fork) => fork.runId).join(', ')],
    ['ended', run.closedAt === undefined ? undefined : shownTime(run.closedAt)],
    [run.closedAt === undefined ? 'open for' : 'took', shownLength(ended - Date.parse(run.startedAt))],
    ['model calls', `${run.modelCalls}${run.model === '' ? '' : ` of ${run.model}`}`],
    ['tokens', `${run.inputTokens} in, ${run.outputTokens} out`],
    ['shown as of', run.ageMs === 0 ? undefined : `${shownLength(run.ageMs)} ago`],
  ]);
}

function forkedFrom({ runId, from, copied, edited, actor }: NonNullable<SeenRun['forkOf']>): string {
  const where = from === '' ? 'with all that is recorded' : `from ${from}`;
  const otherwise = edited.length === 0 ? '' : `, ${edited.join(', ')} edited by ${actor}`;
  return `${runId}, ${where}, copied calls: ${copied}${otherwise}`;
}
