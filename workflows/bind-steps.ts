import { assertNever } from '../domain/assert-never.ts';
import type { BlobRef } from '../domain/ids.ts';
import type { Facts } from '../domain/facts.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { CheckSkeleton, StepSkeleton, ToolSkeleton } from '../domain/skeleton.ts';
import type { Activities, StepInput, StepResult } from '../activities/types.ts';
import { runAgent } from './agent-step.ts';
import { available, type Available, outlast, valueOf } from './committed.ts';
import { failRun } from './fail-run.ts';
import { endByFindings } from './judged.ts';
import type { RunState } from './run-state.ts';

/** A reference as job code holds it; its content is known to the type checker alone. */
export interface BoundRef {
  readonly ref: BlobRef;
  readonly facts: Facts;
}

type BoundStep = (input: unknown) => Promise<BoundRef>;

// Only what a step gave is a reference; an input of the user's that looks like one is a value.
const refs = new WeakSet<object>();
const MAX_VALUE_BYTES = 8_192;

/** A reference that steps take as such. */
export function makeRef(result: StepResult): BoundRef {
  const ref = Object.freeze({ ref: result.ref, facts: Object.freeze({ ...result.facts }) });
  refs.add(ref);
  return ref;
}

/** Whether a value is a reference that a step of this run gave. */
export function isRef(value: unknown): value is BoundRef {
  return typeof value === 'object' && value !== null && refs.has(value);
}

/** The steps of a run by the names of its pinned skeleton; an unknown name ends the run with one sentence. */
export function bindSteps(run: RunState): { readonly [name: string]: BoundStep } {
  const { skeleton } = run.start;
  const bound = new Map(Object.entries(skeleton.steps).map(([name, step]) => [name, bind(run, name, step)]));
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

function bind(run: RunState, name: string, step: StepSkeleton): BoundStep {
  switch (step.kind) {
    case 'agent':
      return async (input) => makeRef(await runAgent(run, { name, step }, stepInput(name, input)));
    case 'tool':
      return rejecting((input) => runTool(run, { name, step }, input));
    case 'check':
      return async (input) => runCheck(run, { name, step }, input);
    default:
      return assertNever(step);
  }
}

// Temporal's SDK takes a stack trace for every promise of a Workflow, which is most of what a step costs there. So the common
// way, a call that is answered in a run that is not paused, makes one promise more than the Activity's own.
function runTool(run: RunState, tool: { name: string; step: ToolSkeleton }, value: unknown): Promise<BoundRef> {
  const { name, step } = tool;
  const input = stepInput(name, value);
  const stepPath = run.path(name);
  const { tenant, definition } = run.start;
  const perform = (): ReturnType<Activities['callTool']> =>
    run.call(stepPath, name, step).callTool({ tenant, definition, tool: name, input });
  const taken = (outcome: Available<StepResult>): BoundRef => makeRef(valueOf(run, outcome));
  const answered = (first: Outcome<StepResult>): BoundRef | Promise<BoundRef> =>
    first.kind === 'unavailable' ? outlast(run, { name: stepPath, first }, perform).then(taken) : taken(first);
  const paused = run.enter(stepPath);
  return paused === undefined ? perform().then(answered) : paused.then(perform).then(answered);
}

/** A step that ends the run before it has begun rejects, as one that ends it later does. */
function rejecting(step: BoundStep): BoundStep {
  return (input) => {
    try {
      return step(input);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}

async function runCheck(
  run: RunState,
  check: { name: string; step: CheckSkeleton },
  value: unknown,
): Promise<BoundRef> {
  const stepPath = run.path(check.name);
  await run.enter(stepPath);
  const { tenant, definition } = run.start;
  const input = stepInput(check.name, value);
  const outcome = await available(run, { name: stepPath }, () =>
    run.call(stepPath, `check ${check.name}`, check.step).judge({ tenant, definition, check: check.name, input }),
  );
  if (outcome.kind !== 'committed') return failRun('unverified', outcome.sentence);
  const judgement = outcome.value;
  run.lastOutcome = judgement.kind;
  switch (judgement.kind) {
    case 'pass':
      return isRef(value) ? value : makeRef({ ref: judgement.input, facts: {} });
    case 'fail':
      return endByFindings(judgement.findings);
    case 'abstain':
      return failRun('unverified', judgement.sentence);
    default:
      return assertNever(judgement);
  }
}

function stepInput(name: string, input: unknown): StepInput {
  if (isRef(input)) return { ref: input.ref };
  const bytes = new TextEncoder().encode(JSON.stringify(input) ?? '').length;
  if (bytes > MAX_VALUE_BYTES) {
    failRun(
      'invalid-input',
      `The step "${name}" was given ${bytes} bytes; pass what an earlier step returned, or at most ${MAX_VALUE_BYTES}.`,
    );
  }
  return { value: input };
}
