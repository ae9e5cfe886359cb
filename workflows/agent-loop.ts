import type { StepPath } from '../domain/ids.ts';
import type { AgentSkeleton } from '../domain/skeleton.ts';
import type { StepInput } from '../activities/types.ts';
import { Stopwatch } from './committed.ts';
import type { HandedAnswers } from './given-answers.ts';
import type { RunState } from './run-state.ts';
import { SeenAnswers, type SeenCounts } from './seen-answers.ts';

/** An agent at its place in the run. */
export interface PlacedAgent {
  readonly name: string;
  readonly step: AgentSkeleton;
  readonly path: StepPath;
  /** The tools it is given in this run; absent: all that it has. */
  readonly tools?: readonly string[];
}

/** Where an agent stands between two turns. */
export interface AgentLoop {
  readonly run: RunState;
  readonly name: string;
  readonly path: StepPath;
  readonly skeleton: AgentSkeleton;
  readonly startedMs: number;
  readonly held: Stopwatch;
  readonly seen: SeenAnswers;
  /** What the current answer has brought so far: of what it says more than once, only the first counts. */
  readonly seenNow: Set<string>;
  readonly tools?: readonly string[];
  input: StepInput;
  cursor: number;
  /** Which of its endpoints the agent has climbed to, of how many, and how many outputs it has handed in there. */
  rung: number;
  rungs: number;
  outputs: number;
}

/** The same as plain data, which one execution hands to the next. */
export interface AgentState {
  /** The turn that comes next. */
  readonly turn: number;
  readonly input: StepInput;
  readonly cursor: number;
  readonly rung: number;
  readonly rungs: number;
  readonly outputs: number;
  readonly startedMs: number;
  readonly heldMs: number;
  readonly seen: SeenCounts;
  /** How often its output was verified, by which the next verification is named. */
  readonly verified: number;
  /** Answers that were taken in the turn that comes next, when that turn has begun already. */
  readonly given?: HandedAnswers;
  /** The tools it is given in this run; absent: all that it has. */
  readonly tools?: readonly string[];
}

/** The state of an agent before its first turn. */
export function firstState(input: StepInput, tools?: readonly string[]): AgentState {
  const startedMs = Date.now();
  const given = tools === undefined ? {} : { tools };
  return {
    turn: 1,
    input,
    cursor: 0,
    rung: 0,
    rungs: 1,
    outputs: 0,
    startedMs,
    heldMs: 0,
    seen: {},
    verified: 0,
    ...given,
  };
}

/** An agent that goes on from a state. */
export function loopFrom(run: RunState, { name, step, path }: PlacedAgent, state: AgentState): AgentLoop {
  const { input, cursor, rung, rungs, outputs, startedMs, heldMs, seen, tools } = state;
  return {
    run,
    name,
    path,
    skeleton: step,
    startedMs,
    held: new Stopwatch(heldMs),
    seen: new SeenAnswers(seen),
    seenNow: new Set(),
    ...(tools === undefined ? {} : { tools }),
    input,
    cursor,
    rung,
    rungs,
    outputs,
  };
}

/** Where an agent stands before a turn. */
export function stateOf(loop: AgentLoop, turn: number): AgentState {
  const { run, path, input, cursor, rung, rungs, outputs, startedMs, held, seen, tools } = loop;
  const { heldMs } = held;
  const verified = run.uses(verifyName(path));
  const given = tools === undefined ? {} : { tools };
  return { turn, input, cursor, rung, rungs, outputs, startedMs, heldMs, seen: seen.counts, verified, ...given };
}

/** What the verifications of an agent are called, before they are counted. */
export function verifyName(path: StepPath): string {
  return `${path}/verify`;
}
