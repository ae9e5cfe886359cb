import type { ApiClient } from '../../cli/api-client.ts';

// What does not fit the contract does not compile [cli.client].
declare const api: ApiClient;
declare const runId: string;

void api.call('GET /v1/whoami');
void api.call('GET /v1/runs');
void api.call('GET /v1/runs', { query: { status: 'waiting', limit: '5' } });
void api.call('POST /v1/runs/{runId}/pause', { path: { runId } });
void api.call('POST /v1/runs', { body: { job: 'triage', input: { id: 'm-1', tags: ['a'] } } });

/** The answer is that of the route. */
export async function answersAreTyped(): Promise<string | undefined> {
  const { runs, next } = await api.call('GET /v1/runs');
  const status: 'running' | 'paused' | 'waiting' | 'completed' | 'failed' | 'cancelled' | undefined = runs[0]?.status;
  const gone: null = await api.call('DELETE /v1/schedules/{schedule}', { path: { schedule: 'nightly' } });
  // @ts-expect-error -- an answer has no fields that its schema has not
  void runs[0]?.colour;
  return next ?? status ?? String(gone);
}

// @ts-expect-error -- there is no such path
void api.call('GET /v1/run');
// @ts-expect-error -- a path has its method
void api.call('POST /v1/whoami');
// @ts-expect-error -- the run is missing
void api.call('GET /v1/runs/{runId}');
// @ts-expect-error -- another parameter than the path has
void api.call('GET /v1/runs/{runId}', { path: { run: runId } });
// @ts-expect-error -- a misspelt filter
void api.call('GET /v1/runs', { query: { statsu: 'waiting' } });
// @ts-expect-error -- no such status
void api.call('GET /v1/runs', { query: { status: 'asleep' } });
// @ts-expect-error -- a query is text
void api.call('GET /v1/runs', { query: { limit: 5 } });
// @ts-expect-error -- the body is missing
void api.call('POST /v1/runs');
// @ts-expect-error -- the input is missing
void api.call('POST /v1/runs', { body: { job: 'triage' } });
// @ts-expect-error -- a field that the body has not
void api.call('POST /v1/runs/{runId}/pause', { path: { runId }, body: { why: 'lunch' } });
// @ts-expect-error -- a body where none is taken
void api.call('GET /v1/whoami', { body: {} });
