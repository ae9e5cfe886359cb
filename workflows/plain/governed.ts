import { isCancellation, proxyActivities, sleep } from '@temporalio/workflow';
import type { GovernedActivities } from '../../activities/governed-call-types.ts';
import { type Duration, durationMs } from '../../domain/duration.ts';
import type { StepPath } from '../../domain/ids.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { GOVERNED_CALL } from '../../domain/plain-execution.ts';
import type { ToolInput, ToolOutput } from '../../jobs/tool.ts';
import type { Tools } from '../../jobs/verifier.ts';
import { namedPath } from '../bind-steps.ts';
import { valueOf } from '../committed.ts';
import { endOf, failRun } from '../fail-run.ts';
import { callOptions } from '../schedule-call.ts';
import { tried } from '../try-step.ts';
import { nextPause } from '../pauses.ts';
import { plainExecution } from './plain-execution.ts';

/** How the governed steps of a plain Workflow are called. */
export interface GovernedOptions {
  /** The longest attempt at each call; at least the `timeout` of each tool. Default 30 seconds. */
  readonly timeout?: Duration;
  /** The Task Queue of the workers that have the plugin; default the Workflow's own. */
  readonly taskQueue?: string;
}

/** A governed call whose place in its Workflow is settled. */
export interface NamedGovernedStep<in In, out Out> {
  /**
   * Performs the tool once and gives its output; waits durably while its system is down.
   * @throws ApplicationFailure with the code as its type: `refused-by-receiver`, `conflict` (another run holds the identity),
   * `unknown` (whether it took place must be looked at), `denied`, `invalid-input`; what Temporal's cancellation throws
   */
  (input: In): Promise<Out>;
  /** What the call came to, as a value; waits for nothing. */
  try(input: In): Promise<Outcome<Out>>;
}

/** A tool as a plain Workflow calls it. */
export interface GovernedStep<in In, out Out> extends NamedGovernedStep<In, Out> {
  /** Names one repetition in parallel code: 1 to 60 letters, digits, `-` and `_`, once in an execution. */
  as(name: string): NamedGovernedStep<In, Out>;
}

/** The tools of a plugin by their names. */
export type GovernedSteps<T extends Tools> = {
  readonly [K in keyof T]: GovernedStep<ToolInput<T[K]>, ToolOutput<T[K]>>;
};

const DEFAULT_TIMEOUT: Duration = '30 seconds';
const FIRST_WAIT_MS = 2_000;
// No Retry-After counts for longer.
const LONGEST_ASKED_MS = 600_000;

type Perform = (path: StepPath, input: unknown) => Promise<Outcome<unknown>>;

// Of all governed steps of an execution: it is the Activity's id. Module state is a Workflow's own in the sandbox.
const counts = new Map<string, number>();
const paths = {
  path: (name: string): StepPath => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return (count === 1 ? name : `${name}#${count}`) as StepPath;
  },
};

/**
 * The tools of the worker's `HoldfastPlugin`, for a Workflow that is no job: takes the place of `proxyActivities`. Each call goes
 * through the gate under a key that stays the same over retries, resets and killed workers.
 */
export function governed<T extends Tools>(options: GovernedOptions = {}): GovernedSteps<T> {
  const timeoutMs = durationMs(options.timeout ?? DEFAULT_TIMEOUT);
  const performing = (tool: string): Perform => {
    return (stepPath, input) => {
      const { taskQueue } = options;
      const calls = taskQueue === undefined ? {} : { calls: taskQueue };
      const activities = proxyActivities<GovernedActivities>(
        callOptions({ stepPath, summary: tool, timeoutMs, ...calls }),
      );
      return activities[GOVERNED_CALL]({ tool, input, timeoutMs, ...plainExecution() });
    };
  };
  const steps = new Proxy<Record<string, GovernedStep<unknown, unknown>>>(
    {},
    {
      get: (_, name) => (typeof name === 'symbol' || name === 'then' ? undefined : stepOf(name, performing(name))),
    },
  );
  // Bound by name at run time and by the plugin's tools at compile time.
  return steps as unknown as GovernedSteps<T>;
}

function stepOf(name: string, perform: Perform): GovernedStep<unknown, unknown> {
  const plain = usable(() => paths.path(name), perform);
  return Object.assign(plain, {
    as: (repetition: string) => usable(() => namedPath(paths, name, repetition), perform),
  });
}

function usable(next: () => StepPath, perform: Perform): NamedGovernedStep<unknown, unknown> {
  const step = async (input: unknown): Promise<unknown> =>
    ended(() => outlasted(next(), (path) => perform(path, input)));
  return Object.assign(step, { try: (input: unknown) => tried(async () => perform(next(), input)) });
}

async function outlasted(path: StepPath, perform: (path: StepPath) => Promise<Outcome<unknown>>): Promise<unknown> {
  const since = Date.now();
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = nextPause(waitMs, Date.now() - since)) {
    const outcome = await perform(path);
    if (outcome.kind !== 'unavailable') return valueOf({ lastOutcome: '' }, outcome);
    await sleep(Math.max(waitMs, Math.min(outcome.waitMs, LONGEST_ASKED_MS)));
  }
}

// What an Activity failed with is wrapped; here it is told as the codes of the outcomes are.
async function ended(step: () => Promise<unknown>): Promise<unknown> {
  try {
    return await step();
  } catch (error) {
    const end = isCancellation(error) ? undefined : endOf(error, false);
    if (end === undefined) throw error;
    return failRun(end.code, end.sentence);
  }
}
