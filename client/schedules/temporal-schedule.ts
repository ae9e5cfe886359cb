import {
  type ScheduleDescription,
  ScheduleNotFoundError,
  type ScheduleOptions,
  type ScheduleOverlapPolicy,
} from '@temporalio/client';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import type { BlobRef, Tenant } from '../../domain/ids.ts';
import { SCHEDULED_START_WORKFLOW, type ScheduledStart } from '../../domain/scheduled-start.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/messages.ts';
import type { ClientParts } from '../client.ts';
import { WORKFLOW_TASK_TIMEOUT_MS } from '../start-run.ts';
import type { FullDefinition, Overlap } from './definition.ts';
import { MEMO, memoOf, type ScheduleMemo } from './seen-schedule.ts';

const TIMEOUT_MS = 10_000;
const POLICIES = {
  skip: 'SKIP',
  'buffer-one': 'BUFFER_ONE',
  'buffer-all': 'BUFFER_ALL',
  'cancel-other': 'CANCEL_OTHER',
  'allow-all': 'ALLOW_ALL',
} as const satisfies Record<Overlap, ScheduleOverlapPolicy>;

/** A schedule of Temporal that is one of ours. */
export interface FoundSchedule {
  readonly memo: ScheduleMemo;
  readonly described: ScheduleDescription;
}

/** The id of a schedule in Temporal; the tenant leads. */
export function scheduleIdOf(tenant: Tenant, schedule: string): string {
  return `${tenant}/${schedule}`;
}

/**
 * A schedule with how it stands.
 * @throws JobError `unknown-schedule` when the tenant has none of that name, `unavailable`
 */
export async function findSchedule(parts: ClientParts, tenant: Tenant, schedule: string): Promise<FoundSchedule> {
  const described = await asked(parts, { tenant, schedule }, () =>
    parts.workflows.schedule.getHandle(scheduleIdOf(tenant, schedule)).describe(),
  );
  const memo = memoOf(described);
  if (memo === undefined) throw unknownSchedule(tenant, schedule);
  return { memo, described };
}

/** What Temporal is told of a new schedule. */
export function temporalSchedule(
  parts: ClientParts,
  tenant: Tenant,
  { definition, memo, paused, note }: { definition: FullDefinition; memo: ScheduleMemo; paused: boolean; note: string },
): ScheduleOptions {
  const { schedule, job, cron, everySeconds, timeZone, overlap, catchUpSeconds } = definition;
  return {
    scheduleId: scheduleIdOf(tenant, schedule),
    spec: {
      ...(cron === undefined ? {} : { cronExpressions: [...cron], timezone: timeZone }),
      ...(everySeconds === undefined ? {} : { intervals: [{ every: everySeconds * 1_000 }] }),
    },
    action: {
      type: 'startWorkflow',
      workflowType: SCHEDULED_START_WORKFLOW,
      workflowId: scheduleIdOf(tenant, schedule),
      taskQueue: parts.taskQueue,
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
      args: [startOf(tenant, definition, memo.input)],
    },
    policies: { overlap: POLICIES[overlap], catchupWindow: catchUpSeconds * 1_000 },
    state: { paused, note },
    memo: { [MEMO]: memo },
    searchAttributes: { [SEARCH_ATTRIBUTES.tenant]: [tenant], [SEARCH_ATTRIBUTES.job]: [job] },
  };
}

/**
 * Asks Temporal about one schedule, or about all of a tenant, within 10 s.
 * @throws JobError `unknown-schedule` when it is not there, `invalid-input` for times that Temporal does not understand, `unavailable`
 */
export async function asked<Value>(
  parts: ClientParts,
  { tenant, schedule }: { tenant: Tenant; schedule?: string },
  ask: () => Promise<Value>,
): Promise<Value> {
  try {
    return await parts.workflows.withDeadline(Date.now() + TIMEOUT_MS, ask);
  } catch (error) {
    if (error instanceof ScheduleNotFoundError && schedule !== undefined) throw unknownSchedule(tenant, schedule);
    // What the SDK makes of times that the server refuses.
    if (error instanceof TypeError)
      throw new JobError('invalid-input', `Temporal does not take the times of the schedule: ${error.message}.`, {
        cause: error,
      });
    throw translated(error, schedule);
  }
}

function translated(error: unknown, schedule: string | undefined): unknown {
  if (!(error instanceof Error) || error.name !== 'ServiceError') return error;
  const about = schedule === undefined ? 'schedules' : `the schedule "${schedule}"`;
  const sentence = `Temporal did not answer about ${about}: ${sentenceOf(error.cause)}; ask again.`;
  return new JobError('unavailable', sentence, { cause: error });
}

function unknownSchedule(tenant: Tenant, schedule: string): JobError {
  return new JobError('unknown-schedule', `There is no schedule "${schedule}" in the tenant "${tenant}".`);
}

function startOf(tenant: Tenant, { schedule, job, timeZone }: FullDefinition, input: BlobRef): ScheduledStart {
  return { tenant, schedule, job, input, timeZone };
}
