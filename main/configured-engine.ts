import type { Config } from '../config/index.ts';
import type { Stack, UserServers } from '../stack/index.ts';
import { apiOf } from './api-of.ts';
import type { EngineOptions, Systems } from './engine.ts';
import { findModels } from './models.ts';

/** What the configuration does not say. */
interface Surroundings extends Pick<EngineOptions, 'home' | 'env' | 'onProgress'> {
  readonly verbose: boolean;
  /** Where the sample people may act, if the configuration names nobody. */
  readonly tenants: readonly string[];
  /** Brings up systems that the configuration names no address for; those that it names are there anyway. */
  readonly systems: (stack: Stack) => Promise<Systems>;
}

/** The engine that a configuration comes to. */
export function configuredEngine(config: Config, { tenants, ...around }: Surroundings): EngineOptions {
  const [pool] = Object.values(config.pools);
  return {
    ...around,
    servers: serversOf(config),
    jobs: config.jobs,
    root: config.root,
    layout: config.layout,
    processes: config.workers.processes,
    workflowTaskSlots: config.workers.workflowTaskSlots,
    activitySlots: pool?.slots ?? config.workers.activitySlots,
    ...(config.workers.healthPort === undefined ? {} : { healthPort: config.workers.healthPort }),
    ...(pool === undefined ? {} : { callsQueue: pool.taskQueue }),
    api: apiOf(config, around.home, tenants),
    configured: config.endpoints,
    endpoints: (stack) => findModels(config, stack, around.onProgress),
    systems: async (stack) => ({ ...config.systems, ...(await around.systems(stack)) }),
  };
}

function serversOf({ temporal, database }: Config): UserServers {
  const { address } = temporal;
  return {
    ...(address === undefined ? {} : { temporal: { ...temporal, address } }),
    ...(database.url === undefined ? {} : { databaseUrl: database.url }),
  };
}
