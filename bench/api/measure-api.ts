import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { parseTenant } from '../../client/index.ts';
import { JobError } from '../../domain/errors.ts';
import { type Engine, openEngine } from '../../main/engine.ts';
import { samplePeople } from '../../main/sample-people.ts';
import { sampleToken } from '../../main/sample-token.ts';
import { median, rounded } from '../steps/statistics.ts';
import { benchApi } from './job.ts';
import { type Asked, type Latency, openLoop } from './open-loop.ts';
import type { ApiOptions } from './options.ts';

/** What `bench api` found. */
export interface ApiReport {
  readonly runs: number;
  readonly ratePerSecond: number;
  readonly secondsEach: number;
  /** Lists and shows over the HTTP API, medians of the rounds. */
  readonly api: { readonly list: Latency; readonly show: Latency };
  /**
   * Temporal's own list and describe by its client, in the same process: describe at the same rate, list at the most that its server
   * lets a namespace ask by default (10 a second).
   */
  readonly temporal: { readonly list: Latency; readonly show: Latency };
  readonly ratios: { readonly listP99: number; readonly showP99: number };
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HOME = join(resolve(process.env['HOLDFAST_HOME'] || join(ROOT, '.holdfast')), 'bench-api');
const ROUNDS = 3;
const STARTING_AT_ONCE = 40;
const PAGE = 50;
// `frontend.namespaceRPS.visibility` of Temporal's server is 10: above it, lists are refused and asked again by the client.
const TEMPORAL_LISTS = 8;
const LISTS = [`limit=${PAGE}`, `limit=${PAGE}&job=bench-api`, `limit=${PAGE}&status=completed`];

/** Fills a tenant with runs that have ended, then asks for lists and single runs at a fixed rate: A B B A, medians. */
export async function measureApi(options: ApiOptions, tell: (line: string) => void): Promise<ApiReport> {
  const id = randomBytes(4).toString('hex');
  const tenant = parseTenant(`bench-${id}`);
  const engine = await openEngine({
    home: HOME,
    env: {},
    jobs: ['bench/api'],
    root: ROOT,
    layout: 'together',
    taskQueue: `bench-${id}`,
    systems: async () => ({}),
    endpoints: async () => [],
    api: { principals: samplePeople(HOME, [tenant]), requestsPerSecond: 10_000 },
    onProgress: tell,
  });
  const connection = await Connection.connect({ address: engine.stack.addresses.temporal.address });
  try {
    const runIds = await fill(engine, tenant, { runs: options.runs, tell });
    const sides = {
      api: await apiSide(engine, tenant, { runIds, rate: options.rate }),
      temporal: temporalSide(new Client({ connection, namespace: engine.stack.addresses.temporal.namespace }), {
        runIds,
        rate: options.rate,
      }),
    };
    return await rounds(sides, options, tell);
  } finally {
    await connection.close();
    await engine.close();
  }
}

async function fill(
  engine: Engine,
  tenant: ReturnType<typeof parseTenant>,
  { runs, tell }: { readonly runs: number; readonly tell: (line: string) => void },
): Promise<readonly string[]> {
  const runIds: string[] = [];
  let next = 0;
  const begin = performance.now();
  const worker = async (): Promise<void> => {
    for (let index = next++; index < runs; index = next++) {
      const { runId } = await engine.client.start(benchApi, { run: String(index) }, { tenant });
      await engine.client.wait(runId, { tenant });
      runIds.push(runId);
      if (runIds.length % 1_000 === 0) tell(`${runIds.length} of ${runs} runs have ended`);
    }
  };
  await Promise.all(Array.from({ length: STARTING_AT_ONCE }, worker));
  tell(`${runs} runs in ${Math.round((performance.now() - begin) / 1_000)} s`);
  return runIds;
}

async function apiSide(engine: Engine, tenant: string, { runIds, rate }: Load): Promise<readonly Asked[]> {
  const { api } = engine;
  if (api === undefined) throw new JobError('stack-failed', 'The API is not up.');
  const token = await sampleToken({ home: HOME, address: api, name: 'ada', tenant });
  const get = async (path: string): Promise<void> => {
    const response = await fetch(`${api}${path}`, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new JobError('invalid-response', `The API answered ${response.status}.`);
    await response.json();
  };
  return [
    { name: 'list', rate: rate / 2, ask: (index) => get(`/v1/runs?${LISTS[index % LISTS.length] ?? ''}`) },
    { name: 'show', rate: rate / 2, ask: (index) => get(`/v1/runs/${runIds[(index * 7_919) % runIds.length] ?? ''}`) },
  ];
}

function temporalSide(client: Client, { runIds, rate }: Load): readonly Asked[] {
  const { namespace } = client.options;
  const queries = ['', "HoldfastJob = 'bench-api'", "ExecutionStatus = 'Completed'"];
  return [
    {
      name: 'list',
      rate: Math.min(TEMPORAL_LISTS, rate / 2),
      ask: async (index) => {
        const query = queries[index % queries.length] ?? '';
        await client.workflowService.listWorkflowExecutions({ namespace, pageSize: PAGE, query });
      },
    },
    {
      name: 'show',
      rate: rate / 2,
      ask: async (index) => {
        await client.workflow.getHandle(runIds[(index * 7_919) % runIds.length] ?? '').describe();
      },
    },
  ];
}

/** What is asked for, and how often. */
interface Load {
  readonly runIds: readonly string[];
  readonly rate: number;
}

type SideName = 'api' | 'temporal';
type Round = Readonly<Record<string, Latency>>;

async function rounds(
  sides: Readonly<Record<SideName, readonly Asked[]>>,
  { runs, rate, seconds }: ApiOptions,
  tell: (line: string) => void,
): Promise<ApiReport> {
  const found: Record<SideName, Round[]> = { api: [], temporal: [] };
  for (const name of ['api', 'temporal'] as const) await openLoop(sides[name], 2);
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? (['api', 'temporal'] as const) : (['temporal', 'api'] as const);
    for (const name of order) {
      const latency = await openLoop(sides[name], seconds);
      found[name].push(latency);
      tell(`round ${round + 1}, ${name}: list p99 ${latency['list']?.p99Ms} ms, show p99 ${latency['show']?.p99Ms} ms`);
    }
  }
  const api = { list: middle(found.api, 'list'), show: middle(found.api, 'show') };
  const temporal = { list: middle(found.temporal, 'list'), show: middle(found.temporal, 'show') };
  return {
    runs,
    ratePerSecond: rate,
    secondsEach: seconds,
    api,
    temporal,
    ratios: {
      listP99: rounded(api.list.p99Ms / temporal.list.p99Ms, 2),
      showP99: rounded(api.show.p99Ms / temporal.show.p99Ms, 2),
    },
  };
}

function middle(found: readonly Round[], kind: string): Latency {
  const of = found.flatMap((round) => round[kind] ?? []);
  const sum = (pick: (latency: Latency) => number): number => of.reduce((total, latency) => total + pick(latency), 0);
  return {
    requests: sum(({ requests }) => requests),
    failed: sum(({ failed }) => failed),
    p50Ms: median(of.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(of.map(({ p99Ms }) => p99Ms)),
  };
}
