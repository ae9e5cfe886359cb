import type { ScheduleDescription, ScheduleExecutionResult, ScheduleSummary } from '@temporalio/client';
import type { Json } from '../../domain/canonical.ts';
import { JobError } from '../../domain/errors.ts';
import type { BlobRef, Digest, RunId, Tenant } from '../../domain/ids.ts';
import type { RunRow } from '../../gate/client-store.ts';
import type { ClientParts } from '../client.ts';
import { runOf } from './check-runs.ts';
import type { FullDefinition } from './definition.ts';
import { whyNotStarted } from './why-not-started.ts';

/** A schedule in a list. */
export interface ListedSchedule {
  readonly schedule: string;
  readonly job: string;
  readonly paused: boolean;
  /** Why it is paused or was changed, and by whom. */
  readonly note: string;
  /** The next moments, at most ten. */
  readonly next: readonly Date[];
}

/** A schedule. */
export interface SeenSchedule extends ListedSchedule, FullDefinition {
  readonly createdBy: string;
  /** The latest occurrences, at most ten. */
  readonly recent: readonly SeenOccurrence[];
  /** How many were missed by more than `catchUpSeconds`. */
  readonly missed: number;
  /** How many were skipped because of an open run. */
  readonly skipped: number;
}

/** An occurrence that was due. */
export interface SeenOccurrence {
  readonly scheduledAt: Date;
  readonly startedAt: Date;
  /** Absent while its run has not been entered, or could not be. */
  readonly runId?: RunId;
  /** Why it could start no run, in one sentence. */
  readonly failure?: string;
}

/** What a schedule keeps of what it was declared as; Temporal never changes it. */
export interface ScheduleMemo {
  readonly definition: Omit<FullDefinition, 'input'>;
  readonly input: BlobRef;
  readonly digest: Digest;
  readonly createdBy: string;
}

/** The name under which Temporal's schedule keeps its {@link ScheduleMemo}. */
export const MEMO = 'holdfast';
const SHOWN = 10;

/** The memo of a schedule; `undefined` of one that is not ours. */
export function memoOf({ memo }: Pick<ScheduleDescription, 'memo'>): ScheduleMemo | undefined {
  return memo?.[MEMO] as ScheduleMemo | undefined;
}

/** A schedule as lists show it; `undefined` of one that is not ours. */
export function listedSchedule(summary: ScheduleSummary): ListedSchedule | undefined {
  const memo = memoOf(summary);
  return memo === undefined ? undefined : { ...shared(memo.definition, summary) };
}

/** A schedule with its input and its latest runs. */
export async function seenSchedule(
  parts: ClientParts,
  tenant: Tenant,
  { memo, described }: { memo: ScheduleMemo; described: ScheduleDescription },
): Promise<SeenSchedule> {
  const { bytes } = await parts.store.blobs.get(tenant, memo.input);
  const definition = { ...memo.definition, input: JSON.parse(new TextDecoder().decode(bytes)) as Json };
  const { recentActions, numActionsMissedCatchupWindow: missed, numActionsSkippedOverlap: skipped } = described.info;
  const recent = recentActions.slice(-SHOWN).map((taken) => seenOccurrence(parts, { tenant, definition, taken }));
  return {
    ...definition,
    ...shared(memo.definition, described),
    createdBy: memo.createdBy,
    recent: await Promise.all(recent),
    missed,
    skipped,
  };
}

function shared(
  { schedule, job }: Pick<FullDefinition, 'schedule' | 'job'>,
  { state, info }: Pick<ScheduleSummary, 'state' | 'info'>,
): ListedSchedule {
  const { paused, note = '' } = state;
  return { schedule, job, paused, note, next: info.nextActionTimes.slice(0, SHOWN) };
}

async function seenOccurrence(
  parts: ClientParts,
  { tenant, definition, taken }: { tenant: Tenant; definition: FullDefinition; taken: ScheduleExecutionResult },
): Promise<SeenOccurrence> {
  const { scheduledAt, takenAt: startedAt, action } = taken;
  const row = await runAt(parts, tenant, { definition, at: scheduledAt });
  const own = row?.actor === `schedule:${definition.schedule}`;
  const failure = own ? undefined : await whyNotStarted(parts, action.workflow.workflowId);
  return {
    scheduledAt,
    startedAt,
    ...(row === undefined ? {} : { runId: row.runId }),
    ...(failure === undefined ? {} : { failure }),
  };
}

async function runAt(
  parts: ClientParts,
  tenant: Tenant,
  planned: { definition: FullDefinition; at: Date },
): Promise<RunRow | undefined> {
  try {
    return await parts.store.runs.find(tenant, runOf(parts.registry, tenant, planned));
  } catch (error) {
    // The job is gone, or takes another input by now: what its schedule was can be seen all the same.
    if (error instanceof JobError && ['unknown-job', 'invalid-input'].includes(error.code)) return undefined;
    throw error;
  }
}
