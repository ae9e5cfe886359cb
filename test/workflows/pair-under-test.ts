import { randomUUID } from 'node:crypto';
import type { LedgerEntry } from '../../gate/run-ledger.ts';
import { runLedger } from '../../gate/run-ledger.ts';
import type { SeenRun } from '../../client/index.ts';
import { DATA_CLASSES } from '../../domain/effects.ts';
import type { RunId } from '../../domain/ids.ts';
import type { RoutingRecord } from '../../domain/routing-record.ts';
import { callOf } from '../../gate/database.ts';
import type { WorkerPlan } from '../../main/worker-specs.ts';
import { eventually } from '../fixtures/eventually.ts';
import { pair } from '../fixtures/pair/job.ts';
import { startProbe } from '../fixtures/probe-engine.ts';
import { databaseAs } from '../gate/fixture.ts';

type Endpoint = WorkerPlan['endpoints'][number];

/** Workers of a job whose agent names the endpoints small and large. */
export interface PairUnderTest {
  start(text?: string): Promise<{ runId: RunId }>;
  ended(run: { runId: string }): Promise<SeenRun>;
  /** Runs the agent to its end. */
  ask(
    text?: string,
  ): Promise<{ readonly run: SeenRun; readonly routing: RoutingRecord | undefined; readonly routed: unknown }>;
  waiting(run: { runId: string }): Promise<SeenRun>;
  resume(run: { runId: string }): Promise<void>;
  calls(run: { runId: RunId }): Promise<readonly LedgerEntry[]>;
  close(): Promise<void>;
}

/** Starts them. Each endpoint is cleared for everything unless said otherwise. */
export async function startPair(
  endpoints: Readonly<Record<'small' | 'large', Partial<Endpoint> & { readonly address: string }>>,
  processes = 1,
): Promise<PairUnderTest> {
  const all = Object.entries(endpoints).map(([id, endpoint]) => {
    return { id, model: `model-${id}`, cleared: [...DATA_CLASSES], ...endpoint };
  });
  const engine = await startProbe({ jobs: ['test/fixtures/pair'], processes, endpoints: all });
  const { client, tenant } = engine;
  const database = databaseAs('client', 1);
  const calls = ({ runId }: { runId: RunId }): Promise<readonly LedgerEntry[]> =>
    runLedger(database, { tenant, runId });
  const start = (text = 'why'): Promise<{ runId: RunId }> =>
    client.start(pair, { run: randomUUID(), text }, { tenant });
  const ended = ({ runId }: { runId: string }): Promise<SeenRun> => client.wait(runId, { tenant, timeoutMs: 25_000 });
  return {
    start,
    ended,
    calls,
    ask: async (text) => {
      const started = await start(text);
      const run = await ended(started);
      const result = (await calls(started)).findLast(({ effect }) => effect === 'model')?.result;
      return {
        run,
        routing: fieldOf(result, 'routing') as RoutingRecord | undefined,
        routed: fieldOf(result, 'routed'),
      };
    },
    waiting: ({ runId }) =>
      eventually(async () => {
        const seen = await client.view(runId, { tenant });
        return seen.waitingFor === undefined ? undefined : seen;
      }),
    resume: async ({ runId }) => {
      await client.resume(runId, { actor: 'test', tenant });
    },
    close: async () => {
      await engine.close();
      await database.close();
    },
  };
}

/** Takes back what an endpoint is cooling down for, a pause that it asked for excepted. */
export async function mend(endpoint: string, address: string): Promise<void> {
  const gate = databaseAs('gate', 1);
  await gate.query(callOf('endpoint_answered', 2), [endpoint, address]);
  await gate.close();
}

function fieldOf(result: unknown, field: string): unknown {
  const fields = typeof result === 'object' && result !== null ? Object.entries(result) : [];
  return fields.find(([name]) => name === field)?.[1];
}
