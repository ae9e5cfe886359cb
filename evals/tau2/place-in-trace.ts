import { isDeepStrictEqual } from 'node:util';
import type { Case, TraceStep } from './data.ts';
import {
  type FaultPlan,
  isWasted,
  LOST_ANSWERS,
  type ModelFault,
  modelFaultAt,
  ODD_ANSWERS,
  type PlannedFault,
  WASTED_ANSWERS,
} from './fault-plan.ts';

// The engine ends a run that says the same thing three times.
const MOST_WASTED_IN_A_ROW = 2;

/** Where a task stands by its transcript. */
export interface PlaceInTrace {
  /** Which recorded call is next; the trace's length: the final answer is. */
  readonly position: number;
  /** The fault of the answer that is asked for now. */
  readonly fault: PlannedFault | undefined;
}

/**
 * Where a task stands once so many answers are in its transcript. The plan tells which of them brought it no further, so that
 * nothing else needs to be known.
 */
export function placeInTrace(one: Case, plan: FaultPlan, answered: number): PlaceInTrace {
  let position = 0;
  let wasted = 0;
  for (let turn = 0; ; turn += 1) {
    const possible = possibleAt(one, position, wasted);
    const fault = modelFaultAt(plan, { task: one.id, answered: turn, possible });
    if (turn >= answered) return { position, fault };
    const isMiss = fault !== undefined && isWasted(fault.kind);
    wasted = isMiss ? wasted + 1 : 0;
    if (!isMiss) position = Math.min(position + 1, one.task.trace.length);
  }
}

function possibleAt(one: Case, position: number, wasted: number): readonly ModelFault[] {
  const step = one.task.trace[position];
  const isFitting = (kind: ModelFault): boolean => {
    if (kind === 'wrong-argument') return step !== undefined && mayBeWrong(one, step);
    // Of reads each call counts, and a final answer stands alone.
    if (kind === 'call-twice') return step !== undefined && mutates(one, step);
    return true;
  };
  const misses = wasted < MOST_WASTED_IN_A_ROW ? WASTED_ANSWERS : [];
  return [...LOST_ANSWERS, ...misses, ...ODD_ANSWERS].filter(isFitting);
}

// What changes nothing, and is no other call of the trace either.
function mayBeWrong({ task }: Case, { tool, wrong }: TraceStep): boolean {
  if (wrong === undefined || wrong.changed) return false;
  return !task.trace.some((other) => other.tool === tool && isDeepStrictEqual(other.args, wrong.args));
}

/** Whether a recorded call is one of a tool that changes something. */
export function mutates({ domain }: Pick<Case, 'domain'>, { tool }: Pick<TraceStep, 'tool'>): boolean {
  return domain.tools.find((one) => one.openai.function.name === tool)?.mutates ?? false;
}
