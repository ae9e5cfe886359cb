import { createLogUpdate } from 'log-update';
import { JobError, JOB_ERRORS, isJobErrorCode } from '../domain/errors.ts';
import type { ApiClient } from './api-client.ts';
import type { RunEvent } from './api-events.ts';
import { eventLine } from './event-line.ts';
import { type SeenRun, statusText, whereabouts } from './show-run.ts';
import { shownLength } from './shown-time.ts';
import { columns, onTerminal, print, printJson, say } from './terminal.ts';
import { printable } from './printable.ts';

const REDRAW_MS = 1_000;
/** What a shell expects of a command that Ctrl-C ended. */
const INTERRUPTED = 130;

/** How a run is followed to its end. */
export interface FollowOptions {
  /** How events are shown as they come: drawn or in lines for people, one JSON line each, or not at all. */
  readonly show: 'people' | 'json' | 'nothing';
  /** For how long, in milliseconds; default until the end. */
  readonly timeoutMs?: number | undefined;
}

/** The end of following: the run as it is then, or Ctrl-C. */
export type Followed = { readonly run: SeenRun } | { readonly interrupted: true };

/**
 * Follows a run until it has ended, over lost connections too. Ctrl-C ends the following, not the run.
 * @throws JobError `timed-out` when the time is over first; the run goes on
 */
export async function followRun(client: ApiClient, runId: string, options: FollowOptions): Promise<Followed> {
  const ending = new AbortController();
  let why: 'timed-out' | 'interrupted' | undefined;
  const stop = (reason: 'timed-out' | 'interrupted') => () => {
    why ??= reason;
    ending.abort();
  };
  const interrupt = stop('interrupted');
  process.on('SIGINT', interrupt);
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(stop('timed-out'), options.timeoutMs);
  const view = options.show === 'people' ? viewOf(client, runId) : undefined;
  try {
    const events = client.events(runId, { signal: ending.signal, onConnection: (state) => tell(client, state) });
    for await (const event of events) {
      if (options.show === 'json') printJson(event);
      view?.show(event);
    }
  } finally {
    clearTimeout(timer);
    // Kept after Ctrl-C, which may come twice where the starting process passes it on too: the next would end this unsaid.
    if (why !== 'interrupted') process.off('SIGINT', interrupt);
    view?.done();
  }
  if (why === 'interrupted') return leftAlone(runId);
  const run = await client.call('GET /v1/runs/{runId}', { path: { runId } });
  if (why === 'timed-out' && run.closedAt === undefined) throw tooLong(run);
  return { run };
}

/** The exit code that tells how a run ended: 0 when it completed, else that of its code. */
export function exitCodeOf(followed: Followed): number {
  if ('interrupted' in followed) return INTERRUPTED;
  const { status, end } = followed.run;
  if (status === 'completed') return 0;
  const code = end?.code ?? 'internal';
  return isJobErrorCode(code) ? JOB_ERRORS[code].exitCode : JOB_ERRORS.internal.exitCode;
}

function leftAlone(runId: string): Followed {
  say(`the run goes on; \`holdfast watch ${runId}\` shows it again`);
  return { interrupted: true };
}

function tooLong(run: SeenRun): JobError {
  return new JobError(
    'timed-out',
    `The time is over and ${run.runId} is ${run.status} (${printable(whereabouts(run))}); it goes on, and \`holdfast watch ${run.runId}\` shows it.`,
  );
}

function tell({ address }: ApiClient, state: 'lost' | 'back'): void {
  say(state === 'lost' ? `lost the API at ${address}; looking for it again` : `the API at ${address} is back`);
}

interface View {
  show(event: RunEvent): void;
  done(): void;
}

/** Lines; on a terminal with a line below them that tells how the run stands now. */
function viewOf(client: ApiClient, runId: string): View {
  return onTerminal() ? drawn(client, runId) : { show: (event) => print(eventLine(event)), done: () => {} };
}

function drawn(client: ApiClient, runId: string): View {
  const update = createLogUpdate(process.stdout);
  let footer = '';
  let done = false;
  const redraw = async (): Promise<void> => {
    // Only a help for the eye: what is wrong shows where events are followed.
    const run = await client.call('GET /v1/runs/{runId}', { path: { runId } }).catch(() => undefined);
    if (run === undefined || done) return;
    footer = footerOf(run);
    update(footer);
  };
  const timer = setInterval(() => void redraw(), REDRAW_MS);
  void redraw();
  return {
    show: (event) => {
      update.persist(eventLine(event));
      update(footer);
      if (event.kind === 'status-noted') void redraw();
    },
    done: () => {
      done = true;
      clearInterval(timer);
      update.clear();
      update.done();
    },
  };
}

function footerOf(run: SeenRun): string {
  const since = shownLength(Date.now() - Date.parse(run.startedAt));
  const text = printable(
    `${run.runId}  ${since}  ${run.modelCalls} model calls  ${whereabouts(run)}`,
    (columns() ?? 100) - 12,
  );
  return `${statusText(run.status)}  ${text}`;
}
