import type { RunState } from './run-state.ts';

// Every Workflow has module state of its own in the sandbox, so this names one run, never two.
let current: RunState | undefined;

/** Makes a run the one that imported step functions act on. */
export function setCurrentRun(run: RunState): void {
  current = run;
}

/** The run that this Workflow is. */
export function currentRun(): RunState {
  if (current === undefined) throw new TypeError('Step functions work only inside a function that `workflow(…)` made.');
  return current;
}
