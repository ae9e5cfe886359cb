import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { sharedStack } from '../stack-addresses.ts';
import { type ApiUnderTest, ask, startApiUnderTest } from './fixture.ts';

let api: ApiUnderTest;
let ada: string;
let owner: Client;
let other: Client;

beforeAll(async () => {
  api = await startApiUnderTest();
  ada = await api.token('ada');
  const connectionString = sharedStack().database.ownerUrl;
  [owner, other] = [new Client({ connectionString }), new Client({ connectionString })];
  await Promise.all([owner.connect(), other.connect()]);
});

afterAll(async () => {
  await other?.end();
  await owner?.end();
  await api?.close();
});

/** Starts a run that no worker takes, with so many notes. */
async function startNoted(notes: number): Promise<string> {
  const body = { job: 'probe', input: { run: randomUUID(), scenario: 'signal' } };
  const { runId } = (await ask(api.address, 'POST /v1/runs', { token: ada, body })).body;
  const text =
    "insert into gate.run_note (tenant, run_id, status) select $1, $2, 'paused' from generate_series(1, $3::integer)";
  await owner.query(text, [api.tenant, runId, notes]);
  return runId;
}

async function closeRun(runId: string): Promise<void> {
  const text = "select gate.close_run($1, $2, 'failed', 'stopped', 'By hand.', null, 0)";
  await owner.query('set default_transaction_isolation = "read committed"');
  await owner.query(text, [api.tenant, runId]);
}

/** The kinds of what a stream tells until it ends. */
async function kindsOf(runId: string, after?: string): Promise<{ status: number; kinds: readonly string[] }> {
  const response = await fetch(`${api.address}/v1/runs/${runId}/events`, {
    headers: { authorization: `Bearer ${ada}`, ...(after === undefined ? {} : { 'last-event-id': after }) },
    signal: AbortSignal.timeout(8_000),
  });
  const text = await response.text();
  return { status: response.status, kinds: [...text.matchAll(/^event: (.*)$/gm)].map(([, kind = '']) => kind) };
}

test.each([498, 998])(
  'a stream of exactly full parts ends with the run, after %i notes [api.events]',
  async (notes) => {
    const runId = await startNoted(notes);
    await closeRun(runId);
    const { kinds } = await kindsOf(runId);
    expect(kinds).toHaveLength(notes + 2);
    expect(kinds.at(-1)).toBe('run-ended');
  },
);

test('who comes back while the end of a run is held back is told it once it is final [api.events]', async () => {
  const runId = await startNoted(3);
  const { body } = await ask(api.address, `GET /v1/runs/${runId}/timeline`, { token: ada });
  const last = body.events.at(-1)?.id ?? '';
  // Any transaction that writes on this server holds later ones back from the timeline.
  await other.query('begin');
  await other.query('select pg_current_xact_id()');
  await closeRun(runId);
  const following = [kindsOf(runId, last), kindsOf(runId)];
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await other.query('commit');
  const [back, fresh] = await Promise.all(following);
  expect(back).toEqual({ status: 200, kinds: ['run-ended'] });
  expect(fresh?.kinds).toEqual(['run-started', 'status-noted', 'status-noted', 'status-noted', 'run-ended']);
  const all = (await ask(api.address, `GET /v1/runs/${runId}/timeline`, { token: ada })).body.events;
  expect(await kindsOf(runId, all.at(-1)?.id)).toEqual({ status: 204, kinds: [] });
});

test('a stream ends soon after its token was revoked or is over, and tells no more [api.authenticated]', async () => {
  const runId = await startNoted(1);
  const open = async (token: string): Promise<string> =>
    (await fetch(`${api.address}/v1/runs/${runId}/events`, { headers: { authorization: `Bearer ${token}` } })).text();
  const [revoked, over] = [await api.token('vic'), await api.token('vic')];
  const ends = Promise.all([open(revoked), open(over)]);
  await ask(api.address, `DELETE /v1/tokens/${revoked.split('.')[2] ?? ''}`, { token: ada });
  await api.expire(over);
  expect((await ends).join('')).not.toContain('run-ended');
  // Who asks again is told why.
  expect(await ask(api.address, `GET /v1/runs/${runId}/events`, { token: revoked })).toMatchObject({ status: 401 });
}, 15_000);
