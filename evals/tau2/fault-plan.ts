import { drawn } from './drawn.ts';

/** Which calls meet a fault. */
export interface FaultPlan {
  readonly seed: number;
  /** How many of the calls; 0 to 0.5. */
  readonly rate: number;
}

/** Faults of an answer that never becomes part of a transcript: the call is asked again, or elsewhere. */
export const LOST_ANSWERS = [
  'rate-limited',
  'status-500',
  'status-503',
  'refused-connection',
  'hang',
  'reset-mid-answer',
  'empty-choices',
] as const;
/** Faults of an answer that stands in the transcript and brings the task no further. */
export const WASTED_ANSWERS = [
  'truncated-arguments',
  'double-encoded-arguments',
  'unknown-tool',
  'wrong-argument',
  'cut-at-length',
] as const;
/** Faults of an answer that brings the task further all the same. */
export const ODD_ANSWERS = ['call-twice', 'repeated-id', 'missing-id', 'missing-usage'] as const;

/** Every fault of a model call. */
export const MODEL_FAULTS = [...LOST_ANSWERS, ...WASTED_ANSWERS, ...ODD_ANSWERS] as const;
/** One of {@link MODEL_FAULTS}. */
export type ModelFault = (typeof MODEL_FAULTS)[number];

/** Every fault of a tool call. */
export const TOOL_FAULTS = [
  'timeout-before-effect',
  'timeout-after-effect',
  'status-500-after-effect',
  'slower-than-deadline',
  'late-duplicate-answer',
] as const;
/** One of {@link TOOL_FAULTS}. */
export type ToolFault = (typeof TOOL_FAULTS)[number];

/** The endpoints of the evaluation; each call may be asked at either. */
export const ENDPOINTS = ['oracle-a', 'oracle-b'] as const;
/** One of {@link ENDPOINTS}. */
export type EndpointName = (typeof ENDPOINTS)[number];

/** A model call's place: the task, and how many answers stand in its transcript. */
export interface ModelPlace {
  readonly task: string;
  readonly answered: number;
  /** The faults that make sense for the call that is next there. */
  readonly possible: readonly ModelFault[];
}

/** A planned fault; one that loses the answer happens at one endpoint alone, so that the other one answers. */
export interface PlannedFault {
  readonly kind: ModelFault;
  readonly endpoint?: EndpointName;
}

/** The fault of a model call, if any: a function of seed and place. At each endpoint a call meets one by the plan's rate. */
export function modelFaultAt(
  { seed, rate }: FaultPlan,
  { task, answered, possible }: ModelPlace,
): PlannedFault | undefined {
  const standing = possible.filter((kind) => !isLost(kind));
  const lost = possible.filter(isLost);
  const each = rate / possible.length;
  const share = drawn(seed, 'model', task, answered);
  const planned: readonly PlannedFault[] = [
    ...standing.map((kind) => ({ kind })),
    ...ENDPOINTS.flatMap((endpoint) => lost.map((kind) => ({ kind, endpoint }))),
  ];
  return each === 0 ? undefined : planned[Math.floor(share / each)];
}

/** The fault of the first request of a tool call, if any: a function of seed, task and the call's place in the trace. */
export function toolFaultAt({ seed, rate }: FaultPlan, task: string, position: number): ToolFault | undefined {
  const share = drawn(seed, 'tool', task, position);
  return rate === 0 ? undefined : TOOL_FAULTS[Math.floor((share / rate) * TOOL_FAULTS.length)];
}

/** Whether an answer with this fault brings the task no further, although it stands in the transcript. */
export function isWasted(kind: ModelFault): boolean {
  return WASTED_ANSWERS.some((wasted) => wasted === kind);
}

function isLost(kind: ModelFault): boolean {
  return LOST_ANSWERS.some((lost) => lost === kind);
}
