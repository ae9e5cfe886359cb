import type { z } from 'zod';
import type { ListedRun, SeenRun } from '../../client/index.ts';
import type { Json } from '../../domain/canonical.ts';
import { JobError } from '../../domain/errors.ts';
import type { RunId } from '../../domain/ids.ts';
import type { InputOf, Job } from '../../jobs/job.ts';
import { defined } from '../defined.ts';
import type { Handlers } from '../handler.ts';
import type { RunSchema, SeenRunSchema } from '../schemas/runs.ts';
import { withForks } from './fork-json.ts';
import { readCursor, cursorOf } from './run-cursor.ts';
import { timelineJson } from './timeline-json.ts';
import { waitingJson } from './waiting-json.ts';

const DEFAULT_PAGE = 50;
const DEFAULT_PART = 500;

/** Starting, listing and showing runs. */
export const runHandlers = {
  'POST /v1/runs': async ({ principal: { name: actor, tenant }, body: { job: name, input } }, { client, registry }) => {
    const job = registry.job(name);
    const { runId, existing, status } = await client.start(job, input as InputOf<Job>, { tenant, actor });
    return { status: existing ? 200 : 201, body: { runId, existing, status } };
  },
  'GET /v1/runs': async ({ principal: { tenant }, query }, { client }) => {
    const { cursor, limit = DEFAULT_PAGE, startedAfter, startedBefore, ...filters } = query;
    // One more than asked for tells whether there is a next page.
    const runs = await client.list({
      tenant,
      limit: limit + 1,
      ...defined({
        ...filters,
        startedAfter: startedAfter === undefined ? undefined : new Date(startedAfter),
        startedBefore: startedBefore === undefined ? undefined : new Date(startedBefore),
        after: cursor === undefined ? undefined : readCursor(cursor),
      }),
    });
    const page = runs.slice(0, limit);
    const last = runs.length > limit ? page.at(-1) : undefined;
    return {
      status: 200,
      body: { runs: page.map(runJson), ...(last === undefined ? {} : { next: cursorOf(last) }) },
    };
  },
  'GET /v1/runs/{runId}': async ({ principal: { tenant }, path: { runId }, query: { live = false } }, { client }) => ({
    status: 200,
    body: await withForks(client, seenJson(await client.view(runId, { tenant, live })), tenant),
  }),
  'GET /v1/runs/{runId}/timeline': async ({ principal: { tenant }, path, query }, { client, store }) => {
    const { limit = DEFAULT_PART, after } = query;
    const { runId } = await client.view(path.runId, { tenant, live: false });
    const position = { tenant, runId: runId as RunId, ...(after === undefined ? {} : { after }) };
    const [found] = await store.timeline.since([position], limit);
    const events = found?.events ?? [];
    const next = events.length === limit ? events.at(-1)?.id : undefined;
    return { status: 200, body: { events: events.map(timelineJson), ...(next === undefined ? {} : { next }) } };
  },
  'GET /v1/runs/{runId}/result': async ({ principal: { tenant }, path: { runId } }, { client }) => {
    const { status, result } = await client.view(runId, { tenant, live: false });
    if (result === undefined) throw new JobError('no-result', `The run ${runId} has no result: it is ${status}.`);
    return { status: 200, body: { runId, result: (await client.result(runId, { tenant })) as Json } };
  },
} as const satisfies Partial<Handlers>;

function runJson(run: ListedRun): z.output<typeof RunSchema> {
  const { tenant: _tenant, result: _result, startedAt, closedAt, waitingFor, ...rest } = run;
  return {
    ...rest,
    startedAt: startedAt.toISOString(),
    ...(closedAt === undefined ? {} : { closedAt: closedAt.toISOString() }),
    ...(waitingFor === undefined ? {} : { waitingFor: waitingJson(waitingFor) }),
  };
}

function seenJson({ blocked, alarms, live, ageMs, ...run }: SeenRun): z.output<typeof SeenRunSchema> {
  const shown = alarms?.map(({ raisedAt, ...alarm }) => ({ ...alarm, raisedAt: raisedAt.toISOString() }));
  return {
    ...runJson(run),
    live,
    ageMs,
    ...(blocked === undefined ? {} : { blocked }),
    ...(shown === undefined ? {} : { alarms: shown }),
  };
}
