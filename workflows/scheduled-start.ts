import {
  CancellationScope,
  type ChildWorkflowHandle,
  isCancellation,
  proxyActivities,
  startChild,
  TemporalFailure,
  type Workflow,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunId } from '../domain/ids.ts';
import {
  type EnteredOccurrence,
  type ScheduledStart,
  type StartActivities,
  startsQueueOf,
} from '../domain/scheduled-start.ts';
import { failRun } from './fail-run.ts';
import { SEARCH_ATTRIBUTES } from './messages.ts';

/** How an occurrence ended. */
export interface OccurrenceEnd {
  readonly runId: RunId;
  /** Whether the identity had a run already, so that none was started. */
  readonly existing: boolean;
}

interface Begun {
  readonly end: OccurrenceEnd;
  /** Absent when there was nothing to start. */
  readonly run?: { readonly handle: ChildWorkflowHandle<Workflow>; readonly scope: CancellationScope };
}

const PLANNED = 'TemporalScheduledStartTime';
const ENTER_TIMEOUT_MS = 10_000;

/**
 * One occurrence of a schedule: enters the run and is open as long as it is, so that the overlap policies mean what they say.
 * Cancelled, it cancels the run and ends after it; terminated, it leaves the run alone. How the run ends is told by the run.
 */
export async function scheduledStartWorkflow(scheduled: ScheduledStart): Promise<OccurrenceEnd> {
  const own = CancellationScope.current();
  // A run that has its row is started and then cancelled: nothing else would ever end it.
  const { end, run } = await CancellationScope.nonCancellable(() => begin(scheduled));
  if (run === undefined) return end;
  own.cancelRequested.catch(() => run.scope.cancel());
  try {
    await run.handle.result();
  } catch (error) {
    if (!(error instanceof TemporalFailure) || (own.consideredCancelled && isCancellation(error))) throw error;
  }
  return end;
}

async function begin(scheduled: ScheduledStart): Promise<Begun> {
  const { enterOccurrence } = proxyActivities<StartActivities>({
    taskQueue: startsQueueOf(workflowInfo().taskQueue),
    // Without a bound on all attempts together: what was due while the API was down is made good when it is back.
    startToCloseTimeout: ENTER_TIMEOUT_MS,
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' },
    summary: scheduled.schedule.slice(0, 40),
  });
  const entered = await enterOccurrence({ ...scheduled, scheduledAt: plannedMoment() });
  const existing = { end: { runId: entered.runId, existing: true } };
  if (entered.kind === 'existing') return existing;
  const scope = new CancellationScope();
  try {
    const handle = await scope.run(() => startRun(scheduled, entered));
    return { end: { runId: entered.runId, existing: false }, run: { handle, scope } };
  } catch (error) {
    // By name, as another start may have come first: the run is there, which is what was asked.
    if (error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError') return existing;
    throw error;
  }
}

function startRun(
  { tenant, job }: ScheduledStart,
  { runId, workflow, start }: Extract<EnteredOccurrence, { kind: 'entered' }>,
): Promise<ChildWorkflowHandle<Workflow>> {
  return startChild(workflow, {
    workflowId: runId,
    args: [start],
    workflowTaskTimeout: '3s',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    parentClosePolicy: 'ABANDON',
    searchAttributes: {
      [SEARCH_ATTRIBUTES.job]: [job],
      [SEARCH_ATTRIBUTES.status]: ['running'],
      [SEARCH_ATTRIBUTES.tenant]: [tenant],
    },
  });
}

/** The moment that the schedule named, however late the occurrence starts. */
function plannedMoment(): string {
  const [planned] = workflowInfo().searchAttributes[PLANNED] ?? [];
  if (planned instanceof Date) return planned.toISOString();
  return failRun('internal', `${workflowInfo().workflowId} was not started by a schedule: it has no ${PLANNED}.`);
}
