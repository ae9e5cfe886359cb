import { sleep } from '@temporalio/workflow';
import { assertNever } from '../domain/assert-never.ts';
import type { Outcome } from '../domain/outcome.ts';
import { failRun } from './fail-run.ts';
import type { RunState } from './run-state.ts';

// An outage of days must not fill the history: the wait between two tries doubles up to ten minutes.
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 600_000;

/** Adds up the time that a step spent waiting for what it cannot hurry. */
export interface Stopwatch {
  heldMs: number;
}

/** Performs a call until the gate commits it, and gives its value; waits durably while nothing is up; else ends the run. */
export async function committed<Value>(
  run: RunState,
  call: { name: string; held?: Stopwatch },
  perform: () => Promise<Outcome<Value>>,
): Promise<Value> {
  const outcome = await available(run, call, perform);
  run.lastOutcome = outcome.kind;
  switch (outcome.kind) {
    case 'committed':
      return outcome.value;
    case 'rejected':
      return failRun('refused-by-receiver', outcome.sentence);
    case 'denied':
    case 'needs-approval':
    case 'stopped':
    case 'budget-exhausted':
    case 'conflict':
    case 'unknown':
      return failRun(outcome.kind, outcome.sentence);
    default:
      return assertNever(outcome);
  }
}

/** Performs a call until the gate answers anything but `unavailable`. */
export async function available<Value>(
  run: RunState,
  call: { name: string; held?: Stopwatch },
  perform: () => Promise<Outcome<Value>>,
): Promise<Exclude<Outcome<Value>, { kind: 'unavailable' }>> {
  const first = await perform();
  if (first.kind !== 'unavailable') return first;
  run.lastOutcome = first.kind;
  const since = Date.now();
  const waitingFor = { kind: 'unavailable', name: call.name, since, sentence: first.sentence } as const;
  const answer = await run.wait(waitingFor, () => retried(run, first.notBefore, perform));
  if (call.held !== undefined) call.held.heldMs += Date.now() - since;
  return answer;
}

async function retried<Value>(
  run: RunState,
  notBefore: number,
  perform: () => Promise<Outcome<Value>>,
): Promise<Exclude<Outcome<Value>, { kind: 'unavailable' }>> {
  let earliest = notBefore;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    await sleep(Math.max(waitMs, earliest - Date.now()));
    await run.enter(run.step);
    const outcome = await perform();
    if (outcome.kind !== 'unavailable') return outcome;
    earliest = outcome.notBefore;
  }
}
