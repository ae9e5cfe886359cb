import type { Handlers } from '../handler.ts';
import { VERSION } from '../version.ts';

const DEFAULT_ALARMS = 100;

/** What there is behind the API, and what is stuck there. */
export const systemHandlers = {
  'GET /v1/alarms': async ({ principal: { tenant }, query: { limit = DEFAULT_ALARMS } }, { client }) => {
    const { alarms, sweptAt } = await client.alarms({ tenant, limit });
    return {
      status: 200,
      body: {
        alarms: alarms.map(({ tenant: _, raisedAt, seenAt, ...alarm }) => ({
          ...alarm,
          raisedAt: raisedAt.toISOString(),
          seenAt: seenAt.toISOString(),
        })),
        ...(sweptAt === undefined ? {} : { sweptAt: sweptAt.toISOString() }),
      },
    };
  },
  'GET /v1/system': async (_, { client, settings }) => {
    const { database, temporal, queues } = await client.system();
    return {
      status: 200,
      body: {
        version: VERSION,
        now: new Date().toISOString(),
        database: { ...database },
        temporal: { ...temporal },
        queues: queues.map((queue) => ({ ...queue })),
        endpoints: settings.endpoints.map((endpoint) => ({ ...endpoint })),
      },
    };
  },
} as const satisfies Partial<Handlers>;
