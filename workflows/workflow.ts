import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Ref } from '../domain/ref.ts';
import type { RunView } from '../domain/run-view.ts';
import type { StartInput } from '../domain/skeleton.ts';
import type { CloseRunInput } from '../activities/types.ts';
import type { BoundSteps, GivenOf, Job, OutputOf } from '../jobs/job.ts';
import { bindSteps } from './bind-steps.ts';
import { isRef, makeRef } from './bound-ref.ts';
import { setCurrentRun } from './current-run.ts';
import { endCalls } from './end-calls.ts';
import { endOf, failRun } from './fail-run.ts';
import { answerUpdate, deliverSignal, pauseRunUpdate, resumeRunUpdate, runViewQuery, steerSignal } from './messages.ts';
import { RunState } from './run-state.ts';
import { Steered } from './steering.ts';
import type { StepPath } from '../domain/ids.ts';

const CLOSE_TIMEOUT_MS = 30_000;
/** The function a job's workflow file exports, under the job's name in camelCase followed by `Workflow`. */
export type JobWorkflow = (start: StartInput) => Promise<{ ref: string }>;

/**
 * Makes a job's workflow from plain deterministic code. Steps arrive bound by the pinned skeleton and typed by the job;
 * the input is a reference, and so is what the run ends with. A thrown plain Error is a bug: it blocks the run, shows in
 * its view, and goes on once the code is mended.
 */
export function workflow<J extends Job>(
  run: (steps: BoundSteps<J>, input: Ref<GivenOf<J>>) => Promise<Ref<OutputOf<J>, unknown>>,
): JobWorkflow {
  return async (start) => {
    const state = new RunState(start);
    setCurrentRun(state);
    registerHandlers(state);
    // Bound by name at run time and by the job's types at compile time.
    const steps = bindSteps(state) as BoundSteps<J>;
    const input = makeRef({ ref: start.input, facts: {} }) as unknown as Ref<GivenOf<J>>;
    const scope = new CancellationScope();
    try {
      const result = await scope.run(() => run(steps, input));
      const ref = isRef(result)
        ? result.ref
        : failRun('invalid-job', `The job "${start.skeleton.job}" returned what no step gave.`);
      await endCalls(state, scope);
      await close(state, { status: 'completed', result: ref });
      return { ref };
    } catch (error) {
      const end = endOf(error, CancellationScope.current().consideredCancelled);
      if (end !== undefined) {
        await endCalls(state, scope);
        await close(state, end);
      }
      throw end?.status === 'cancelled' && !isCancellation(error) ? new CancelledFailure(end.sentence) : error;
    }
  };
}

function registerHandlers(state: RunState): void {
  setHandler(runViewQuery, () => viewOf(state));
  setHandler(deliverSignal, (signal) => state.inbox.deliver(signal));
  // By the run that started it, if one did.
  if (workflowInfo().parent !== undefined) {
    const steered = new Steered();
    setHandler(steerSignal, (told) => {
      if (steered.takes(told)) state.setPaused('parent', told.paused);
    });
  }
  setHandler(pauseRunUpdate, () => {
    state.setPaused('people', true);
    return { status: state.status };
  });
  setHandler(resumeRunUpdate, () => {
    state.setPaused('people', false);
    return { status: state.status };
  });
  setHandler(
    answerUpdate,
    (given) => {
      state.answer(given);
      return { status: state.status };
    },
    {
      validator: (given) => {
        const refusal = state.refusalOf(given);
        // Not recorded in the history, and told to whoever answered.
        if (refusal !== undefined) throw ApplicationFailure.create({ type: 'invalid-input', message: refusal });
      },
    },
  );
}

function viewOf(state: RunState): RunView & { readonly inParts?: true } {
  const { runId, status, step, turns, lastOutcome, waitingFor, goesOnInParts } = state;
  const waits = waitingFor === undefined ? {} : { waitingFor };
  const { job } = state.start.skeleton;
  return { runId, job, status, step, turns, lastOutcome, ...waits, ...(goesOnInParts ? { inParts: true } : {}) };
}

async function close(state: RunState, end: Omit<CloseRunInput, 'tenant' | 'turns'>): Promise<void> {
  const { tenant } = state.start;
  await CancellationScope.nonCancellable(async () => {
    if (!allHandlersFinished()) await condition(allHandlersFinished);
    await state.written();
    const activities = state.call('close' as StepPath, 'close', { timeoutMs: CLOSE_TIMEOUT_MS });
    await activities.closeRun({ tenant, turns: state.turns, ...end });
  });
}
