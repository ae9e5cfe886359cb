import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { SWEEP_LIMITS, type SweepLimits } from '../../../client/sweep/sweep-options.ts';
import type { Sweeps } from '../../../client/sweep/sweeps.ts';
import { type Logger, silentLogger } from '../../../domain/log.ts';
import { type Alarm, ALL_TENANTS } from '../../../domain/alarm.ts';
import type { RunId } from '../../../domain/ids.ts';
import { type ClientStore, openClientStore, type RunRow } from '../../../gate/client-store.ts';
import { type RunningStarter, startStarter } from '../../../main/starter.ts';
import { prepareReaperBundle } from '../../../workers/bundle.ts';
import { eventually } from '../../fixtures/eventually.ts';
import type { ProbeEngine } from '../../fixtures/probe-engine.ts';
import { sharedStack } from '../../stack-addresses.ts';
import { endReaper } from './end-reaper.ts';
import '../../fixtures/quiet-runtime.ts';

const HOME = join(import.meta.dirname, '../../../.holdfast');

/** Sweeps of one test's runs every 0.2 s, by the real schedule on the real server. */
export interface SweepUnderTest {
  readonly store: ClientStore;
  readonly temporal: Client;
  readonly sweeps: Sweeps;
  /** What was logged as a warning, once each. */
  readonly warned: readonly string[];
  start(): Promise<RunningStarter>;
  /** The row of a run once it fits. */
  row(runId: string, fits: (row: RunRow) => boolean): Promise<RunRow>;
  /** The open alarms of a run, once there are as many. */
  alarms(runId: string, count: number): Promise<readonly Alarm[]>;
  /** Sweeps once and again, as the schedule does, until something is so; a run is looked at once nothing was heard of it for a while. */
  until<Value>(look: () => Promise<Value | false>): Promise<Value>;
  close(): Promise<void>;
}

/** What sweeps the runs of a probe; not started yet. */
export async function sweepFor(engine: ProbeEngine, limits: Partial<SweepLimits> = {}): Promise<SweepUnderTest> {
  const { temporal, database } = sharedStack();
  const { address, namespace } = temporal;
  const { registry, taskQueue, tenant } = engine;
  const store = await openClientStore({ databaseUrl: database.clientUrl });
  const connection = await Connection.connect({ address });
  const bundle = await prepareReaperBundle(HOME);
  const warned: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (message) => void warned.push(message) };
  const quick = { everyMs: 200, quietMs: 200, decisionMs: 0, startMs: 300 };
  const sweeps = engine.client.sweeps({ limits: { ...SWEEP_LIMITS, ...quick, ...limits }, logger });
  const running = new Set<RunningStarter>();
  const client = new Client({ connection, namespace });
  return {
    store,
    temporal: client,
    sweeps,
    warned,
    start: async () => {
      const reaper = { bundle, sweeps, swept: { tenant } };
      const starter = await startStarter({ temporal: { address, namespace }, store, registry, taskQueue, reaper });
      running.add(starter);
      return starter;
    },
    row: (runId, fits) =>
      eventually(async () => {
        const row = await store.runs.find(tenant, runId as RunId);
        if (row === undefined) throw new Error(`There is no run ${runId}.`);
        return fits(row) ? row : undefined;
      }),
    alarms: (runId, count) =>
      eventually(async () => {
        const open = (await store.alarms.open({ tenant, runId: runId as RunId })).filter(
          (alarm) => alarm.runId === runId,
        );
        return open.length === count ? open : undefined;
      }),
    until: (look) => sweptUntil(() => sweeps.once({ tenant }), look),
    close: async () => {
      await endReaper(client, taskQueue);
      await Promise.all([...running].map((starter) => starter.close()));
      await clearOfQueue(store, taskQueue);
      await store.close();
      await connection.close();
    },
  };
}

function sweptUntil<Value>(sweep: () => Promise<unknown>, look: () => Promise<Value | false>): Promise<Value> {
  return eventually(async () => {
    await sweep();
    return (await look()) || undefined;
  });
}

// It concerns all tenants, those of other tests included, and this queue has no workers any more.
async function clearOfQueue({ alarms }: ClientStore, subject: string): Promise<void> {
  await alarms.clear({ tenant: ALL_TENANTS, kind: 'no-worker', subject });
}
