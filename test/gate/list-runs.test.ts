import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import type { RunId, Tenant } from '../../domain/ids.ts';
import { Database } from '../../gate/database.ts';
import { listRuns, type RunQuery } from '../../gate/list-runs.ts';
import type { RunTables } from '../../gate/run-tables.ts';
import type { RunRow } from '../../gate/runs.ts';
import { provisionGate } from '../../gate/schema/provision.ts';
import { type OwnPostgres, ownPostgres } from './own-postgres.ts';

const TENANT = 'acme' as Tenant;
const MINUTE_MS = 60_000;
const NEWEST = Date.UTC(2026, 0, 31, 12);

// 5,000 runs of the tenant and 50,000 of ten others; every status, some without an actor, two started in each millisecond.
const FILL = `
  insert into gate.run (tenant, run_id, job, version, definition, input_ref, input_digest, status, actor, started_at, closed_at, waiting_for)
    select case when n <= 5000 then 'acme' else 't' || n % 10 end, 'job-' || n % 5 || '.' || left(md5(n::text), 22), 'job-' || n % 5,
      1, 'd', 'i', 'x', s, case when n % 3 > 0 then 'actor-' || n % 50 end, to_timestamp($1::float8 / 1000) - n / 2 * interval '1 minute',
      case when s in ('completed', 'failed', 'cancelled') then now() end,
      case when s in ('waiting', 'paused') then json_build_object('kind', (array['signal', 'answer', 'time', 'unavailable'])[1 + n % 4]) end
    from (select n, (array['running', 'running', 'starting', 'waiting', 'paused', 'completed', 'failed', 'cancelled'])[1 + n / 4 % 8] s
      from generate_series(1, 55000) n) g`;

let postgres: OwnPostgres;
let owner: Database;
let runs: Kysely<RunTables>;
let all: readonly RunRow[];
const asked: CompiledQuery[] = [];

beforeAll(async () => {
  postgres = await ownPostgres();
  const passwords = { owner: 'owner', gate: 'gate', client: 'client' };
  const { ownerUrl, clientUrl } = await provisionGate({ adminUrl: postgres.adminUrl, database: 'gate', passwords });
  owner = new Database({ url: ownerUrl, poolSize: 1, timeoutMs: 20_000, label: 'test' });
  await owner.query({ name: 'fill', text: FILL }, [NEWEST]);
  await owner.query({ name: 'analyze', text: 'analyze gate.run' }, []);
  const { pool } = new Database({ url: clientUrl, poolSize: 1, timeoutMs: 5_000, label: 'test' });
  runs = new Kysely<RunTables>({ dialect: new PostgresDialect({ pool }), log: ({ query }) => void asked.push(query) });
  all = await everyPage({ tenant: TENANT, limit: 500 });
});
afterAll(async () => {
  await runs.destroy();
  await owner.close();
  await postgres.remove();
});

async function everyPage(query: RunQuery, meanwhile?: () => Promise<void>): Promise<readonly RunRow[]> {
  const listed: RunRow[] = [];
  for (;;) {
    const last = listed.at(-1);
    const page = await listRuns(runs, { ...query, ...(last === undefined ? {} : { after: last }) });
    if (page.length === 0) return listed;
    listed.push(...page);
    await meanwhile?.();
  }
}

const minutesAgo = (minutes: number): Date => new Date(NEWEST - minutes * MINUTE_MS);
const idsOf = (rows: readonly RunRow[]): readonly string[] => rows.map(({ runId }) => runId);
const waits = ({ waitingFor }: RunRow): string | undefined => waitingFor?.kind;

const FILTERS: readonly [string, Partial<RunQuery>, (run: RunRow) => boolean][] = [
  ['a status', { status: 'waiting' }, ({ status }) => status === 'waiting'],
  ['running, with what is being started', { status: 'running' }, ({ status }) => /^(running|starting)$/.test(status)],
  ['a job', { job: 'job-1' }, ({ job }) => job === 'job-1'],
  ['an actor', { actor: 'actor-7' }, ({ actor }) => actor === 'actor-7'],
  ['what is waited for', { waitingFor: 'answer' }, (run) => waits(run) === 'answer'],
  [
    'what is waited for by what is paused',
    { waitingFor: 'time', status: 'paused' },
    (run) => run.status === 'paused' && waits(run) === 'time',
  ],
  ['what nothing that is running waits for', { waitingFor: 'answer', status: 'running' }, () => false],
  ['from a moment on, with it', { startedAfter: minutesAgo(100) }, ({ startedAt }) => startedAt >= minutesAgo(100)],
  [
    'before a moment, without it',
    { startedBefore: minutesAgo(2_400) },
    ({ startedAt }) => startedAt < minutesAgo(2_400),
  ],
  [
    'all of them at once',
    {
      status: 'failed',
      job: 'job-2',
      actor: 'actor-2',
      startedAfter: minutesAgo(2_000),
      startedBefore: minutesAgo(10),
    },
    ({ status, job, actor, startedAt }) =>
      status === 'failed' &&
      job === 'job-2' &&
      actor === 'actor-2' &&
      startedAt >= minutesAgo(2_000) &&
      startedAt < minutesAgo(10),
  ],
];

test.each(FILTERS)(
  'runs are listed by %s: all of them, each once, the newest first [client.list]',
  async (_, filter, fits) => {
    expect(all).toHaveLength(5_000);
    const listed = await everyPage({ tenant: TENANT, limit: 70, ...filter });
    expect(idsOf(listed)).toEqual(idsOf(all.filter(fits)));
  },
);

test('paging gives each run once, in its order, while others are started', async () => {
  const older = await everyPage({ tenant: 't1' as Tenant, limit: 500 });
  let added = 0;
  const start = async (): Promise<void> => {
    const text = `insert into gate.run (tenant, run_id, job, version, definition, input_ref, input_digest, started_at)
      values ('t1', $1, 'job-1', 1, 'd', 'i', 'x', $2)`;
    await owner.query({ name: 'start', text }, [`job-1.${added++}`, new Date(NEWEST + added)]);
  };
  const listed = await everyPage({ tenant: 't1' as Tenant, limit: 500 }, start);
  expect(added).toBe(10);
  expect(idsOf(listed)).toEqual(idsOf(older));
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

function nodesOf(plan: Plan): readonly Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

async function planOf(query: RunQuery): Promise<readonly Plan[]> {
  await listRuns(runs, query);
  const { sql, parameters } = asked.at(-1) ?? { sql: '', parameters: [] };
  const text = `explain (analyze, format json) ${sql}`;
  const { rows } = await owner.pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(text, [...parameters]);
  return rows.flatMap((row) => nodesOf(row['QUERY PLAN'][0].Plan));
}

test.each(FILTERS.filter(([name]) => !name.startsWith('what ') && !name.startsWith('all ')))(
  'a page of runs by %s reads an index for as long as the page, whatever else there is',
  async (_, filter) => {
    const after = { startedAt: minutesAgo(1_000), runId: 'job-1.x' as RunId };
    for (const place of [{}, { after }]) {
      const nodes = await planOf({ tenant: TENANT, limit: 50, ...filter, ...place });
      const scans = nodes.filter((node) => node['Node Type'].includes('Scan') && node.Plans === undefined);
      expect(scans.map((node) => node['Node Type'])).toEqual(scans.map(() => 'Index Scan'));
      expect(nodes.filter((node) => node['Node Type'].includes('Sort'))).toEqual([]);
      const read = scans.reduce((sum, node) => sum + node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0), 0);
      expect(read).toBeLessThanOrEqual(110);
    }
  },
);
