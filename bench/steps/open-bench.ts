import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { parseTenant, type Tenant } from '../../client/index.ts';
import { type Engine, openEngine } from '../../main/engine.ts';
import { startService } from '../measuring/start-service.ts';
import { openBareSide } from './bare-side.ts';
import { openGovernedSide } from './governed-side.ts';
import type { StepsOptions } from './options.ts';
import type { PerSide, Side } from './side.ts';
import type { Watched } from './usage.ts';

/** What one benchmark works with: a stack of its own with workers, receiver and a tenant that nobody else has. */
export interface Bench {
  readonly temporal: Client;
  readonly sides: PerSide<Side>;
  readonly tenant: Tenant;
  /** The receiver's base address. */
  readonly receiver: string;
  /** The gate's database, with the login that reads the ledger. */
  readonly databaseUrl: string;
  readonly watched: Omit<Watched, 'workers'>;
  /** Ends everything that was started. */
  close(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
// Set but empty counts as unset.
const HOME = join(resolve(process.env['HOLDFAST_HOME'] || join(ROOT, '.holdfast')), 'bench');
const RECEIVER = fileURLToPath(new URL('receiver.ts', import.meta.url));

// Given to both sides, so that neither lives on a default of its own.
const COMMON = { processes: 2, workflowTaskSlots: 8, activitySlots: 100 } as const;

/** Brings up the stack and both sides. The user's own servers and keys are not used. */
export async function openBench(
  { layout, bare: kind }: Pick<StepsOptions, 'layout' | 'bare'>,
  tell: (line: string) => void,
): Promise<Bench> {
  const id = randomBytes(4).toString('hex');
  const tenant = parseTenant(`bench-${id}`);
  const taskQueue = `bench-${id}`;
  const options = { home: HOME, env: {}, jobs: ['bench/steps'], root: ROOT, layout, taskQueue, ...COMMON };
  const engine = await openEngine({
    ...options,
    systems: (stack) => startService(stack, 'receiver', [RECEIVER]),
    endpoints: async () => [],
    onProgress: tell,
  });
  try {
    const { temporal: server, database } = engine.stack.addresses;
    const connection = await Connection.connect({ address: server.address });
    const temporal = new Client({ connection, namespace: server.namespace });
    const plan = {
      layout,
      ...COMMON,
      taskQueue: `plain-${id}`,
      jobs: [ROOT],
      systems: engine.systems,
      endpoints: [],
      env: {},
      verbose: false,
    };
    const [bare, governed] = await Promise.all([
      openBareSide({ engine, temporal, home: HOME, plan, tenant, lean: kind === 'lean' }),
      openGovernedSide({ engine, temporal, taskQueue, tenant }),
    ]);
    return {
      temporal,
      sides: { bare, governed },
      tenant,
      receiver: engine.systems['receiver']?.address ?? '',
      databaseUrl: database.clientUrl,
      watched: await watchedOf(engine),
      close: async () => {
        await connection.close();
        await engine.close();
      },
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** The processes of an engine's stack whose processor time and memory are read. */
export async function watchedOf(engine: Engine): Promise<Bench['watched']> {
  const kept = await engine.stack.processes();
  const pidOf = (name: string): number => kept.find((one) => one.name === name)?.pid ?? 0;
  return { server: pidOf('temporal-server'), database: pidOf('postgres') };
}
