import type { Handlers } from '../handler.ts';
import { VERSION } from '../version.ts';

/** What there is behind the API. */
export const systemHandlers = {
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
