import { randomUUID } from 'node:crypto';
import { ScheduleAlreadyRunning } from '@temporalio/client';
import { canonicalJson } from '../../domain/canonical.ts';
import { JobError } from '../../domain/errors.ts';
import { DEFAULT_TENANT, parseTenant, type Tenant } from '../../domain/ids.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/messages.ts';
import type { ClientParts } from '../client.ts';
import { checkRuns } from './check-runs.ts';
import { checkedDefinition, definitionDigest, type ScheduleDefinition } from './definition.ts';
import { type ListedSchedule, listedSchedule, type SeenSchedule, seenSchedule } from './seen-schedule.ts';
import { asked, findSchedule, scheduleIdOf, temporalSchedule } from './temporal-schedule.ts';

/** Which schedule. */
export interface ScheduleOptions {
  readonly schedule: string;
  /** Default `default`. */
  readonly tenant?: Tenant;
}

/** What is done to a schedule, by whom. */
export interface SteerScheduleOptions extends ScheduleOptions {
  /** Stands in the schedule's note. */
  readonly actor: string;
  /** In a sentence of at most 500 characters. */
  readonly reason?: string;
}

/** A schedule to be made. */
export interface CreateScheduleOptions extends ScheduleDefinition {
  readonly tenant?: Tenant;
  /** Who makes it. */
  readonly actor: string;
  /** Whether it begins paused; default false. It does not count for what the definition is. */
  readonly paused?: boolean;
}

/** Which schedules. */
export interface ListSchedulesOptions {
  readonly tenant?: Tenant;
  /** 1 to 500, default 100. */
  readonly limit?: number;
}

/** Starts runs at their times. A schedule of another tenant is unknown; every change is noted with its actor. */
export interface Schedules {
  /** Makes a schedule, or finds the same one under its name; another one there is a `conflict`. */
  create(options: CreateScheduleOptions): Promise<{ readonly schedule: SeenSchedule; readonly existing: boolean }>;
  /** By name; one that was made or removed within the last second may not show yet. */
  list(options?: ListSchedulesOptions): Promise<readonly ListedSchedule[]>;
  show(options: ScheduleOptions): Promise<SeenSchedule>;
  /** Lets nothing start any more; what runs goes on. */
  pause(options: SteerScheduleOptions): Promise<SeenSchedule>;
  /** Lets it go on; what was due meanwhile is left out. */
  resume(options: SteerScheduleOptions): Promise<SeenSchedule>;
  /** Starts a run now, by the overlap policy of the schedule; also while it is paused. */
  trigger(options: SteerScheduleOptions): Promise<SeenSchedule>;
  /** Removes it; its runs stay. */
  remove(options: SteerScheduleOptions): Promise<void>;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;
const MAX_REASON = 500;

/** The schedules of a client. */
export function schedulesOf(parts: ClientParts): Schedules {
  return {
    create: (options) => createSchedule(parts, options),
    list: (options = {}) => listSchedules(parts, options),
    show: ({ tenant, schedule }) => show(parts, tenantOf(tenant), schedule),
    pause: (options) => steer(parts, { ...options, act: 'paused' }),
    resume: (options) => steer(parts, { ...options, act: 'resumed' }),
    trigger: (options) => trigger(parts, options),
    remove: async ({ tenant: given, schedule }) => {
      const tenant = tenantOf(given);
      await findSchedule(parts, tenant, schedule);
      await asked(parts, { tenant, schedule }, () => handleOf(parts, tenant, schedule).delete());
    },
  };
}

async function createSchedule(
  parts: ClientParts,
  { tenant: given, actor, paused = false, ...rest }: CreateScheduleOptions,
): Promise<{ schedule: SeenSchedule; existing: boolean }> {
  const tenant = tenantOf(given);
  const definition = checkedDefinition(rest);
  const { schedule } = definition;
  checkRuns(parts.registry, tenant, definition);
  const { input, ...others } = definition;
  const bytes = new TextEncoder().encode(canonicalJson(input));
  const ref = await parts.store.blobs.put(tenant, { mediaType: 'application/json', bytes });
  const digest = definitionDigest(definition);
  const memo = { definition: others, input: ref, digest, createdBy: actor };
  const options = temporalSchedule(parts, tenant, { definition, memo, paused, note: noteOf('created', { actor }) });
  const existing = await asked(parts, { tenant, schedule }, async () => {
    try {
      await parts.workflows.schedule.create(options);
      return false;
    } catch (error) {
      if (error instanceof ScheduleAlreadyRunning) return true;
      throw error;
    }
  });
  const found = await findSchedule(parts, tenant, schedule);
  if (found.memo.digest !== digest) {
    throw new JobError(
      'conflict',
      `There is a schedule "${schedule}" already, made by ${found.memo.createdBy} with another definition; remove it first, or give the new one another name.`,
    );
  }
  return { schedule: await seenSchedule(parts, tenant, found), existing };
}

async function listSchedules(
  parts: ClientParts,
  { tenant: given, limit = DEFAULT_LIMIT }: ListSchedulesOptions,
): Promise<readonly ListedSchedule[]> {
  const tenant = tenantOf(given);
  const most = Math.min(Math.max(Math.trunc(limit), 1), MAX_LIMIT);
  const query = `${SEARCH_ATTRIBUTES.tenant} = "${tenant}"`;
  return asked(parts, { tenant }, async () => {
    const found: ListedSchedule[] = [];
    for await (const summary of parts.workflows.schedule.list({ query, pageSize: most })) {
      const listed = listedSchedule(summary);
      if (listed !== undefined && summary.scheduleId === scheduleIdOf(tenant, listed.schedule)) found.push(listed);
      if (found.length >= most) break;
    }
    return found.toSorted((one, other) => (one.schedule < other.schedule ? -1 : 1));
  });
}

async function show(parts: ClientParts, tenant: Tenant, schedule: string): Promise<SeenSchedule> {
  return seenSchedule(parts, tenant, await findSchedule(parts, tenant, schedule));
}

async function steer(
  parts: ClientParts,
  { act, tenant: given, schedule, ...by }: SteerScheduleOptions & { act: 'paused' | 'resumed' },
): Promise<SeenSchedule> {
  const tenant = tenantOf(given);
  const note = noteOf(act, by);
  await findSchedule(parts, tenant, schedule);
  const handle = handleOf(parts, tenant, schedule);
  await asked(parts, { tenant, schedule }, () => (act === 'paused' ? handle.pause(note) : handle.unpause(note)));
  return show(parts, tenant, schedule);
}

async function trigger(
  parts: ClientParts,
  { tenant: given, schedule, ...by }: SteerScheduleOptions,
): Promise<SeenSchedule> {
  const tenant = tenantOf(given);
  const note = noteOf('triggered', by);
  const { described } = await findSchedule(parts, tenant, schedule);
  const { schedule: raw, conflictToken } = described.raw;
  await asked(parts, { tenant, schedule }, async () => {
    // A note alone, by the token of what was read: a pause that comes in between must not be undone.
    await parts.workflows.workflowService.updateSchedule({
      namespace: parts.temporal.namespace,
      scheduleId: scheduleIdOf(tenant, schedule),
      schedule: { ...raw, state: { ...raw?.state, notes: note } },
      conflictToken: conflictToken ?? null,
      requestId: randomUUID(),
    });
    await handleOf(parts, tenant, schedule).trigger(described.policies.overlap);
  });
  return show(parts, tenant, schedule);
}

function handleOf(
  parts: ClientParts,
  tenant: Tenant,
  schedule: string,
): ReturnType<ClientParts['workflows']['schedule']['getHandle']> {
  return parts.workflows.schedule.getHandle(scheduleIdOf(tenant, schedule));
}

function noteOf(act: string, { actor, reason }: { actor: string; reason?: string }): string {
  if (reason !== undefined && (reason.length > MAX_REASON || /\p{Cc}|\p{Cs}/u.test(reason)))
    throw new JobError('invalid-input', `A reason is at most ${MAX_REASON} characters without control characters.`);
  return reason === undefined ? `${act} by ${actor}` : `${act} by ${actor}: ${reason}`;
}

// Its type says that it was checked; callers without types may not have.
function tenantOf(tenant: Tenant = DEFAULT_TENANT): Tenant {
  return parseTenant(tenant);
}
