import { assertNever } from '../domain/assert-never.ts';
import type { Outcome } from '../domain/outcome.ts';
import { failRun } from './fail-run.ts';
import { HandOver } from './hand-over.ts';
import { nextPause } from './pauses.ts';
import type { RunState } from './run-state.ts';

const FIRST_WAIT_MS = 2_000;
// No Retry-After counts for more than a day.
const LONGEST_ASKED_MS = 24 * 60 * 60 * 1_000;

/** Adds up the time that a step is held up by what it cannot hurry; what overlaps counts once. */
export class Stopwatch {
  #holds = 0;
  #since = 0;
  #endedMs: number;

  /** Goes on from a time that was held up before, in milliseconds. */
  constructor(heldMs = 0) {
    this.#endedMs = heldMs;
  }

  /** The time held up so far, in milliseconds, a hold that still lasts included. */
  get heldMs(): number {
    return this.#endedMs + (this.#holds > 0 ? Date.now() - this.#since : 0);
  }

  /** Runs what holds the step up. */
  async during<Value>(hold: () => Promise<Value>): Promise<Value> {
    if (this.#holds === 0) this.#since = Date.now();
    this.#holds += 1;
    try {
      return await hold();
    } finally {
      this.#holds -= 1;
      if (this.#holds === 0) this.#endedMs += Date.now() - this.#since;
    }
  }
}

/** What is performed, and for how long it could not be. */
interface Performed {
  /** Its step path. */
  readonly name: string;
  readonly held?: Stopwatch;
}

/** Performs a call that has no effect until the gate commits it, and gives its value; waits durably while nothing is up; else ends the run. */
export async function committed<Value>(
  run: RunState,
  call: Performed,
  perform: () => Promise<Outcome<Value>>,
): Promise<Value> {
  return valueOf(run, await available(run, call, perform));
}

/** What the gate answers once what the call needs is up. */
export type Available<Value> = Exclude<Outcome<Value>, { kind: 'unavailable' }>;

/** The value of a committed call; any other answer ends the run. */
export function valueOf<Value>(run: Pick<RunState, 'lastOutcome'>, outcome: Available<Value>): Value {
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
  call: Performed,
  perform: () => Promise<Outcome<Value>>,
): Promise<Available<Value>> {
  const first = await perform();
  return first.kind === 'unavailable' ? outlast(run, { ...call, first }, perform) : first;
}

/** Waits durably after a call was answered `unavailable`, performing it again from time to time until it is answered otherwise. */
export async function outlast<Value>(
  run: RunState,
  call: Performed & { readonly first: Extract<Outcome<Value>, { kind: 'unavailable' }> },
  perform: () => Promise<Outcome<Value>>,
): Promise<Available<Value>> {
  const { first } = call;
  run.lastOutcome = first.kind;
  const waitingFor = { kind: 'unavailable', name: call.name, since: Date.now(), sentence: first.sentence } as const;
  // What answers, but never so that it can be read, is no outage: it uses up the time that an agent has.
  const { held = new Stopwatch() } = first.why === 'invalid-response' ? {} : call;
  return held.during(() =>
    run.wait(waitingFor, () => retried(run, { name: call.name, askedMs: first.waitMs }, perform)),
  );
}

async function retried<Value>(
  run: RunState,
  call: { name: string; askedMs: number },
  perform: () => Promise<Outcome<Value>>,
): Promise<Available<Value>> {
  let { askedMs } = call;
  const since = Date.now();
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = nextPause(waitMs, Date.now() - since)) {
    await run.nap(Math.max(waitMs, Math.min(askedMs, LONGEST_ASKED_MS)));
    await run.enter(call.name);
    if (run.shouldHandOver) throw new HandOver();
    const outcome = await perform();
    if (outcome.kind !== 'unavailable') return outcome;
    askedMs = outcome.waitMs;
  }
}
