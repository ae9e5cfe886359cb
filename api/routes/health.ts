import { openApiDocument } from '../openapi.ts';
import type { Handlers } from '../handler.ts';

/** That the process lives, whether it can work, and what it takes. */
export const healthHandlers = {
  'GET /healthz': async (_, { since }) => ({ status: 200, body: { live: true, since: since.toISOString() } }),
  'GET /readyz': async (_, { client, ending }) => {
    const { database, temporal } = await client.system();
    const reasons = [
      ...(ending ? ['It is ending.'] : []),
      ...(database.ready ? [] : ['The database does not answer.']),
      ...(temporal.ready ? [] : ['Temporal does not answer.']),
    ];
    return { status: reasons.length === 0 ? 200 : 503, body: { ready: reasons.length === 0, reasons } };
  },
  'GET /v1/openapi.json': async () => ({ status: 200, body: openApiDocument() }),
} as const satisfies Partial<Handlers>;
