import { CancellationScope, condition } from '@temporalio/workflow';
import type { RunState } from './run-state.ts';

// What is still under way beside the step that ended the run may end by itself for so long: a tool's usual timeout.
const BESIDE_MS = 30_000;

/** No call is left behind that nobody awaits: in parallel code one step may end the run while another is carrying out an effect. */
export async function endCalls(state: RunState, scope: CancellationScope): Promise<void> {
  const underWay = state.end();
  if (underWay === undefined) return;
  // What ended before has said so after one turn.
  await Promise.resolve();
  if (!underWay()) return;
  await CancellationScope.nonCancellable(async () => {
    if (await condition(() => !underWay(), BESIDE_MS)) return;
    scope.cancel();
    await condition(() => !underWay());
  });
}
