import { Context } from '@temporalio/activity';
import type { RunId } from '../domain/ids.ts';
import { runIdOfWorkflow } from '../domain/part-id.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { translateErrors } from './translate-errors.ts';
import type { Activities } from './types.ts';
import { withHeartbeat } from './with-heartbeat.ts';

/** Writes a run's entering or leaving of a pause or wait to the projection. */
export function createNoteStatus(dependencies: ActivityDependencies): Activities['noteStatus'] {
  return translateErrors((input) =>
    withHeartbeat(async () => {
      await dependencies.gate.runs.noteStatus({ ...input, runId: currentRunId() });
    }),
  );
}

/** Writes a run's end to the projection; a second time changes nothing. */
export function createCloseRun(dependencies: ActivityDependencies): Activities['closeRun'] {
  return translateErrors((input) =>
    withHeartbeat(async () => {
      await dependencies.gate.runs.close({ ...input, runId: currentRunId() });
    }),
  );
}

function currentRunId(): RunId {
  return runIdOfWorkflow(Context.current().info.workflowExecution?.workflowId ?? '');
}
