import { parseRunId, type RunId, type StepPath } from './ids.ts';

/** The workflow that each part of a run is, by the name under which every bundle exports it. */
export const PART_WORKFLOW = 'partWorkflow';

// No run id has it, and neither has a job's or a step's name.
const PART_OF = '~';

/**
 * The Temporal Workflow Id of a part of a run: `<run id>~<step path>`. A part is no run of its own: its calls are those of the run,
 * under the step paths that they would have there.
 */
export function partIdOf(runId: RunId, path: StepPath): string {
  return `${runId}${PART_OF}${path}`;
}

/**
 * The run that a Workflow is, or is a part of.
 * @throws JobError `invalid-input` for the Workflow Id of neither
 */
export function runIdOfWorkflow(workflowId: string): RunId {
  const [runId = ''] = workflowId.split(PART_OF, 1);
  return parseRunId(runId);
}
