import { patched, setHandler, startChild } from '@temporalio/workflow';
import type { StepPath } from '../domain/ids.ts';
import { PART_WORKFLOW, partIdOf } from '../domain/part-id.ts';
import type { RunSite } from '../domain/skeleton.ts';
import { failRun } from './fail-run.ts';
import { partNoteSignal, SEARCH_ATTRIBUTES } from './messages.ts';
import type { NewPart, PartEnd, PartStart, PartWork } from './part-start.ts';
import type { RunState } from './run-state.ts';

// Open runs of versions that began and forgot parts while they ended go on so.
const NONE_AT_END = 'no-part-at-end';

/**
 * Does a part of a run in a Workflow of its own, which continues as new: its calls are calls of the run, and people see of it what
 * it tells the run. It ends with the run at the latest.
 */
export function runInPart(run: RunState, part: NewPart): Promise<PartEnd> {
  const done = perform(run, part);
  run.underWay.begun(done);
  return done;
}

async function perform(run: RunState, part: NewPart): Promise<PartEnd> {
  const { path } = part;
  if (isEnding(run)) return failRun('cancelled', 'The run is ending.');
  const known = run.paused;
  setHandler(partNoteSignal, (note) => run.noted(note));
  run.step = path;
  run.parts.open(path, 'part', known);
  try {
    const handle = await startChild(PART_WORKFLOW, {
      workflowId: partIdOf(run.runId, path),
      args: [startOf(run, part)],
      workflowTaskTimeout: '3s',
      parentClosePolicy: 'TERMINATE',
      searchAttributes: {
        [SEARCH_ATTRIBUTES.job]: [run.start.skeleton.job],
        [SEARCH_ATTRIBUTES.status]: ['running'],
        [SEARCH_ATTRIBUTES.tenant]: [run.start.tenant],
      },
    });
    run.parts.started(path, handle, run.paused);
    if (isEnding(run)) run.parts.endOne(path);
    const end = (await handle.result()) as PartEnd;
    run.turns += run.parts.turned(path, end.turns);
    run.lastOutcome = end.lastOutcome;
    return end;
  } finally {
    run.closed(path);
  }
}

// Asked for last: an answer of it stands in the history.
function isEnding(run: RunState): boolean {
  return run.ending && patched(NONE_AT_END);
}

function startOf(run: RunState, { path, steps, work }: NewPart): PartStart {
  const { tenant, definition, skeleton, calls } = run.start;
  const site = {
    tenant,
    definition,
    // The rest of a large manifest would stand in the history of every execution.
    skeleton: { ...skeleton, steps },
    ...(calls === undefined ? {} : { calls }),
    ...handedTo(run, path, work),
  };
  return { site, path, work, paused: run.paused, turns: 0, outages: 0 };
}

// Of the corrections that a fork was handed those of the part alone: all of them would stand in the history of every execution.
function handedTo(run: RunState, path: StepPath, work: PartWork): Pick<RunSite, 'fork'> {
  const answers = (run.start.fork?.answers ?? []).filter(({ question }) =>
    work.kind === 'agent' ? question === path : question.startsWith(`${work.state.prefix}:`),
  );
  return answers.length === 0 ? {} : { fork: { answers } };
}
