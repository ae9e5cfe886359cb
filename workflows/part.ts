import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  ContinueAsNew,
  continueAsNew,
  getExternalWorkflowHandle,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { assertNever } from '../domain/assert-never.ts';
import { continueAgent } from './agent-step.ts';
import { verifyName } from './agent-loop.ts';
import { endCalls } from './end-calls.ts';
import { endOf, failRun } from './fail-run.ts';
import { continueMap } from './map-part.ts';
import { answerPartSignal, type PartNote, partNoteSignal, steerSignal } from './messages.ts';
import type { PartEnd, PartStart, PartWork } from './part-start.ts';
import { RunState } from './run-state.ts';
import { Steered } from './steering.ts';

interface Known {
  readonly run: RunState;
  readonly steered: Steered;
}

type Progress = { readonly result: Pick<PartEnd, 'output' | 'facts'> } | { readonly next: PartWork };

/**
 * A part of a run that can grow: turns of an agent, or items of a map. It continues as new with everything that it knows, is
 * steered by its run, and fails with the code that the run is to end with.
 */
export async function partWorkflow(start: PartStart): Promise<PartEnd> {
  const run = stateOf(start);
  const steered = new Steered(start.steered);
  setHandler(steerSignal, (told) => {
    if (!steered.takes(told)) return;
    if (told.ending === true) run.end();
    run.setPaused('parent', told.paused);
  });
  setHandler(answerPartSignal, (given) => run.answer(given));
  const scope = new CancellationScope();
  try {
    const progress = await scope.run(() => goOn(run, start));
    if ('next' in progress) return await handOver({ run, steered }, start, progress.next);
    await run.written();
    return { ...progress.result, turns: run.turns, lastOutcome: run.lastOutcome };
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    const end = endOf(error, CancellationScope.current().consideredCancelled);
    if (end === undefined) throw error;
    await endCalls(run, scope);
    // What it has cost counts also where it failed.
    await run.tell();
    throw end.status === 'cancelled'
      ? new CancelledFailure(end.sentence)
      : ApplicationFailure.create({ type: end.code, message: end.sentence, nonRetryable: true });
  }
}

function stateOf({ site, path, paused, turns, outages, work }: PartStart): RunState {
  const names = work.kind === 'agent' ? [[verifyName(path), work.state.verified] as const] : [];
  return new RunState(site, { path, paused, turns, names, outages, tell: tellParent });
}

// By its id alone: a parent that was reset, or has continued as new, is still the one to tell.
async function tellParent(note: PartNote): Promise<void> {
  const { parent } = workflowInfo();
  if (parent !== undefined) await getExternalWorkflowHandle(parent.workflowId).signal(partNoteSignal, note);
}

async function goOn(run: RunState, { work, path }: PartStart): Promise<Progress> {
  switch (work.kind) {
    case 'agent': {
      const { name, state } = work;
      const step = run.start.skeleton.steps[name];
      if (step?.kind !== 'agent')
        return failRun('internal', `The part "${path}" was started without its agent "${name}".`);
      const done = await continueAgent(run, { name, step, path }, state);
      if ('next' in done) return { next: { kind: 'agent', name, state: done.next } };
      return { result: { output: done.result.ref, facts: done.result.facts } };
    }
    case 'map': {
      const done = await continueMap(run, path, work.state);
      return 'next' in done ? { next: { kind: 'map', state: done.next } } : done;
    }
    default:
      return assertNever(work);
  }
}

// Nothing may come between the last look at what it was told and the command, or it would be lost.
async function handOver(known: Known, start: PartStart, work: PartWork): Promise<never> {
  const { run, steered } = known;
  await (work.kind === 'agent' ? run.tell() : run.written());
  // The next execution would not know that it was cancelled.
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('The run was cancelled.');
  if (run.ending) return failRun('cancelled', 'The run is ending.');
  const { paused, turns, outages } = run;
  return continueAsNew<typeof partWorkflow>({ ...start, work, paused, turns, outages, steered: steered.newest });
}
