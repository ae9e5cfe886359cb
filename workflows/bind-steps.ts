import { assertNever } from '../domain/assert-never.ts';
import type { StepPath } from '../domain/ids.ts';
import { REPETITION } from '../domain/map-items.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { StepSkeleton } from '../domain/skeleton.ts';
import { runAgent } from './agent-step.ts';
import { type BoundRef, makeRef, stepInput } from './bound-ref.ts';
import { runCheck } from './check-step.ts';
import { failRun } from './fail-run.ts';
import { repetitionNamed } from './item-names.ts';
import type { RunState } from './run-state.ts';
import { runTool, tryTool } from './tool-step.ts';
import { tried } from './try-step.ts';

/** A step as job code calls it; its types are the job's own. */
export interface BoundStep {
  (input: unknown): Promise<BoundRef>;
  try(input: unknown): Promise<Outcome<BoundRef>>;
  as(name: string): Omit<BoundStep, 'as' | 'with'> & ((input: unknown) => Promise<BoundRef>);
  /** Of agents alone. */
  with?(options: { readonly tools: readonly string[] }): BoundStep;
}

interface Bound {
  readonly run: RunState;
  readonly name: string;
  readonly step: StepSkeleton;
  /** The step path of the next use. */
  readonly next: () => StepPath;
  /** Of a named repetition: waits until no item of a map has its name; gives nothing where none can. */
  readonly alone?: () => Promise<void> | undefined;
  /** The tools that an agent is given; absent: all that it has. */
  readonly tools?: readonly string[];
}

/** Where a step is bound, but for its place in the run. */
type Unplaced = Omit<Bound, 'next' | 'alone'>;

// They stand in the history once for each model call.
const MAX_TOOLS_BYTES = 4_096;
// By the function that job code holds.
const named = new WeakMap<object, { readonly name: string; readonly step: StepSkeleton }>();

/** Which step of the manifest a bound step is; `undefined` for anything else. */
export function stepNamed(step: object): { readonly name: string; readonly step: StepSkeleton } | undefined {
  return named.get(step);
}

/** The steps of a run by the names of its pinned skeleton; an unknown name ends the run with one sentence. */
export function bindSteps(run: RunState): { readonly [name: string]: BoundStep } {
  const { skeleton } = run.start;
  const bound = new Map(Object.entries(skeleton.steps).map(([name, step]) => [name, bind({ run, name, step })]));
  return new Proxy<Record<string, BoundStep>>(
    {},
    {
      get(_target, name): BoundStep | undefined {
        if (typeof name === 'symbol' || name === 'then') return undefined;
        const known = [...bound.keys()].join(', ');
        return (
          bound.get(name) ??
          failRun('invalid-job', `The job "${skeleton.job}" has no step "${name}"; it has: ${known}.`)
        );
      },
    },
  );
}

function bind(unplaced: Unplaced): BoundStep {
  const { run, name, step } = unplaced;
  const plain = usable({ ...unplaced, next: () => run.path(name) });
  // One with other tools than its own is no step of the manifest.
  if (unplaced.tools === undefined) named.set(plain, { name, step });
  const given = ({ tools }: { readonly tools: readonly string[] }): BoundStep =>
    bind({ ...unplaced, tools: fewEnough(name, tools) });
  return Object.assign(plain, {
    as: (repetition: string) =>
      usable({
        ...unplaced,
        next: () => namedPath(run, name, repetition),
        alone: () => repetitionNamed(run, name, repetition),
      }),
    ...(step.kind === 'agent' ? { with: given } : {}),
  });
}

// A copy: the array is the job's own, and may change before the next turn.
function fewEnough(name: string, tools: readonly string[]): readonly string[] {
  const bytes = new TextEncoder().encode(JSON.stringify(tools)).length;
  return bytes <= MAX_TOOLS_BYTES
    ? [...tools]
    : failRun(
        'invalid-input',
        `The agent "${name}" was given tool names of ${bytes} bytes; ${MAX_TOOLS_BYTES} are possible.`,
      );
}

function usable(bound: Bound): ReturnType<BoundStep['as']> {
  return Object.assign(stepOf(bound), { try: (input: unknown) => tried(() => attempt(bound, input)) });
}

function stepOf(bound: Bound): (input: unknown) => Promise<BoundRef> {
  const { run, name, step, tools } = bound;
  const given = tools === undefined ? {} : { tools };
  switch (step.kind) {
    case 'agent':
      return async (input) =>
        makeRef(await placed(bound, (path) => runAgent(run, { name, step, path, ...given }, stepInput(name, input))));
    case 'tool':
      return rejecting((input) => placed(bound, (path) => runTool(run, { name, step, path }, input)));
    case 'check':
      return async (input) => placed(bound, (path) => runCheck(run, { name, step, path }, input));
    default:
      return assertNever(step);
  }
}

async function attempt(bound: Bound, input: unknown): Promise<Outcome<BoundRef>> {
  const { run, name, step } = bound;
  if (step.kind === 'tool') return placed(bound, (path) => tryTool(run, { name, step, path }, input));
  return { kind: 'committed', value: await stepOf(bound)(input) };
}

/** Has its place at once, in the order of calls, and begins at once unless its name is to be looked at. */
function placed<Value>(
  { next, alone }: Pick<Bound, 'next' | 'alone'>,
  perform: (path: StepPath) => Promise<Value>,
): Promise<Value> {
  const path = next();
  const looked = alone?.();
  return looked === undefined ? perform(path) : looked.then(() => perform(path));
}

/**
 * The step path of a named repetition; one that has no name of that form, or is named twice, ends the run. In parallel code the
 * order of calls is no name: the same line must find its call again after a change of order.
 */
export function namedPath(run: Pick<RunState, 'path'>, name: string, repetition: string): StepPath {
  if (!REPETITION.test(repetition)) {
    failRun(
      'invalid-job',
      `"${repetition}" cannot name a repetition of "${name}": 1 to 60 letters, digits, "-" and "_" can.`,
    );
  }
  const path = `${name}:${repetition}`;
  return run.path(path) === path
    ? (path as StepPath)
    : failRun('invalid-job', `Two repetitions of "${name}" are named "${repetition}"; give each a name of its own.`);
}

/** A step that ends the run before it has begun rejects, as one that ends it later does. */
function rejecting(step: (input: unknown) => Promise<BoundRef>): (input: unknown) => Promise<BoundRef> {
  return (input) => {
    try {
      return step(input);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}
