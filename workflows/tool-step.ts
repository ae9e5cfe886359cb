import type { Outcome } from '../domain/outcome.ts';
import type { StepPath } from '../domain/ids.ts';
import type { ToolSkeleton } from '../domain/skeleton.ts';
import type { Activities, StepResult } from '../activities/types.ts';
import { type BoundRef, makeRef, stepInput } from './bound-ref.ts';
import { type Available, outlast, valueOf } from './committed.ts';
import type { RunState } from './run-state.ts';
import { settleUnknown } from './settle-unknown.ts';

/** A tool of the manifest at its place in the run. */
export interface PlacedTool {
  readonly name: string;
  readonly step: ToolSkeleton;
  readonly path: StepPath;
}

/**
 * One tool call until it is committed. Temporal's SDK takes a stack trace for every promise of a Workflow, which is most of what
 * a step costs there. So the common way, a call that is answered in a run that is not paused, makes one promise more than the
 * Activity's own.
 */
export function runTool(run: RunState, tool: PlacedTool, value: unknown): Promise<BoundRef> {
  const { name, path } = tool;
  const perform = performing(run, tool, value);
  const once = (): ReturnType<typeof perform> => perform(run.questions.given.timesSettled(path));
  const taken = (outcome: Available<StepResult>): BoundRef | Promise<BoundRef> =>
    outcome.kind === 'unknown'
      ? settleUnknown(run, { name: path, tool: name, outcome }, perform).then((settled) =>
          makeRef(valueOf(run, settled)),
        )
      : makeRef(valueOf(run, outcome));
  const answered = (first: Outcome<StepResult>): BoundRef | Promise<BoundRef> =>
    first.kind === 'unavailable' ? outlast(run, { name: path, first }, once).then(taken) : taken(first);
  const begin = (): Promise<BoundRef> => {
    const call = once();
    return call.then(
      (first) => {
        run.underWay.finished(call);
        return answered(first);
      },
      (error: unknown) => {
        run.underWay.finished(call);
        throw error;
      },
    );
  };
  const paused = run.enter(path);
  return paused === undefined ? begin() : paused.then(begin);
}

/** One tool call and what came of it, whatever that is: nothing is waited for, nobody is asked, no run ends. */
export async function tryTool(run: RunState, tool: PlacedTool, value: unknown): Promise<Outcome<BoundRef>> {
  const perform = performing(run, tool, value);
  await run.enter(tool.path);
  const outcome = await perform();
  run.lastOutcome = outcome.kind;
  return outcome.kind === 'committed' ? { kind: 'committed', value: makeRef(outcome.value) } : outcome;
}

function performing(
  run: RunState,
  { name, step, path }: PlacedTool,
  value: unknown,
): (answers?: number) => ReturnType<Activities['callTool']> {
  const input = {
    tenant: run.start.tenant,
    definition: run.start.definition,
    tool: name,
    input: stepInput(name, value),
  };
  return (answers = 0) => run.call(path, name, step).callTool(answers === 0 ? input : { ...input, answers });
}
