import type { z } from 'zod';
import type { ListedSchedule, SeenSchedule } from '../../client/index.ts';
import type { Json } from '../../domain/canonical.ts';
import { defined } from '../defined.ts';
import type { Handlers } from '../handler.ts';
import type { ScheduleList, ScheduleSchema } from '../schemas/schedules.ts';

/** Starting runs at their times. */
export const scheduleHandlers = {
  'GET /v1/schedules': async ({ principal: { tenant }, query }, { client }) => {
    const schedules = await client.schedules.list({ tenant, ...defined(query) });
    return { status: 200, body: { schedules: schedules.map(listedJson) } };
  },
  'POST /v1/schedules': async ({ principal: { tenant, name: actor }, body: { input, ...rest } }, { client }) => {
    const { schedule, job, ...others } = rest;
    const { schedule: made, existing } = await client.schedules.create({
      tenant,
      actor,
      schedule,
      job,
      input: input as Json,
      ...defined(others),
    });
    return { status: existing ? 200 : 201, body: scheduleJson(made) };
  },
  'GET /v1/schedules/{schedule}': async ({ principal: { tenant }, path: { schedule } }, { client }) => ({
    status: 200,
    body: scheduleJson(await client.schedules.show({ tenant, schedule })),
  }),
  'DELETE /v1/schedules/{schedule}': async ({ principal, path: { schedule } }, { client }) => {
    await client.schedules.remove({ tenant: principal.tenant, actor: principal.name, schedule });
    return { status: 204, body: null };
  },
  'POST /v1/schedules/{schedule}/pause': async ({ principal, path: { schedule }, body }, { client }) => {
    const { tenant, name: actor } = principal;
    return {
      status: 200,
      body: scheduleJson(await client.schedules.pause({ tenant, actor, schedule, ...defined(body) })),
    };
  },
  'POST /v1/schedules/{schedule}/resume': async ({ principal, path: { schedule }, body }, { client }) => {
    const { tenant, name: actor } = principal;
    return {
      status: 200,
      body: scheduleJson(await client.schedules.resume({ tenant, actor, schedule, ...defined(body) })),
    };
  },
  'POST /v1/schedules/{schedule}/trigger': async ({ principal, path: { schedule }, body }, { client }) => {
    const { tenant, name: actor } = principal;
    return {
      status: 202,
      body: scheduleJson(await client.schedules.trigger({ tenant, actor, schedule, ...defined(body) })),
    };
  },
} as const satisfies Partial<Handlers>;

function listedJson(schedule: ListedSchedule): z.output<typeof ScheduleList>['schedules'][number] {
  return { ...schedule, next: schedule.next.map((moment) => moment.toISOString()) };
}

function scheduleJson({
  recent,
  next,
  input,
  cron,
  timeZone,
  ...schedule
}: SeenSchedule): z.output<typeof ScheduleSchema> {
  return {
    ...schedule,
    input: input as z.core.util.JSONType,
    // An interval has no zone.
    ...(cron === undefined ? {} : { cron: [...cron], timeZone }),
    next: next.map((moment) => moment.toISOString()),
    recent: recent.map(({ scheduledAt, startedAt, ...run }) => ({
      scheduledAt: scheduledAt.toISOString(),
      startedAt: startedAt.toISOString(),
      ...run,
    })),
  };
}
