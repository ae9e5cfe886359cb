import { join } from 'node:path';
import type { Home } from '../home.ts';
import { writePrivateFile } from '../private-file.ts';

/** What the server listens on, all at 127.0.0.1. */
export const TEMPORAL_PORTS = [
  'frontend',
  'frontend-membership',
  'history',
  'history-membership',
  'matching',
  'matching-membership',
  'internal-worker',
  'internal-worker-membership',
] as const;

/** One of the server's ports. */
export type TemporalPort = (typeof TEMPORAL_PORTS)[number];

/** How the server reaches its database. */
export interface TemporalDatabase {
  readonly port: number;
  /** Folder of the Unix socket: cheaper than TCP by some per cent. */
  readonly socket: string;
  readonly login: string;
  readonly password: string;
  readonly main: string;
  readonly visibility: string;
}

/** What makes one server's configuration differ from another's. */
export interface ServerSettings {
  /** The name by which the server is told from any other that might listen in its place. Never changes. */
  readonly cluster: string;
  readonly ports: Readonly<Record<TemporalPort, number>>;
  readonly database: TemporalDatabase;
}

/** The server's keys that differ from its defaults. */
const DYNAMIC_CONFIG = {
  // Throughput: together 1.07 to 1.11 of what the defaults give on 2 cores.
  'history.externalPayloadsEnabled': false,
  'history.sendRawHistoryBetweenInternalServices': true,
  'history.sendRawHistoryBytesToMatchingService': true,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  // By the default of 20 a shard reads its queue only every 50 ms once a burst of 20 reads is used up: one run alone then took
  // 50 ms a step instead of 20.
  'history.transferProcessorMaxPollRPS': 1_000,
  // Cancelling reaches a running Activity without waiting for its heartbeat.
  'frontend.WorkerCommandsEnabled': true,
  'system.enableCancelActivityWorkerCommand': true,
  // A worker that stands still (stopped, a paused machine) keeps its polls open, and each of them swallows a task: by the
  // defaults a run was held up for 65 s, with these for 9 s.
  'frontend.keepAliveTime': '5s',
  'frontend.keepAliveTimeout': '3s',
  // A namespace or search attribute that was just registered is known within half a second, not two.
  'system.namespaceCacheRefreshInterval': '500ms',
};

/** Writes the server's configuration into the home and answers its path. JSON is YAML, which the server reads. */
export function writeServerConfig(home: Home, { cluster, ports, database }: ServerSettings): string {
  const dynamicConfig = join(home.folder, 'temporal-dynamic-config.yaml');
  const path = join(home.folder, 'temporal-server.yaml');
  const dynamic = Object.entries(DYNAMIC_CONFIG).map(([key, value]) => [key, [{ value }]] as const);
  writePrivateFile(dynamicConfig, JSON.stringify(Object.fromEntries(dynamic), undefined, 2));
  writePrivateFile(path, JSON.stringify(serverConfig(dynamicConfig, { cluster, ports, database }), undefined, 2));
  return path;
}

function serverConfig(dynamicConfig: string, { cluster, ports, database }: ServerSettings): object {
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      numHistoryShards: 4,
      defaultStore: 'default',
      visibilityStore: 'visibility',
      datastores: { default: store(database, database.main, 20), visibility: store(database, database.visibility, 10) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: {
      frontend: service(ports.frontend, ports['frontend-membership']),
      history: service(ports.history, ports['history-membership']),
      matching: service(ports.matching, ports['matching-membership']),
      worker: service(ports['internal-worker'], ports['internal-worker-membership']),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: cluster,
      currentClusterName: cluster,
      clusterInformation: {
        [cluster]: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${ports.frontend}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: dynamicConfig, pollInterval: '60s' },
  };
}

function store(database: TemporalDatabase, databaseName: string, connections: number): object {
  return {
    sql: {
      pluginName: 'postgres12_pgx',
      databaseName,
      connectAddr: `127.0.0.1:${database.port}`,
      connectProtocol: 'tcp',
      connectAttributes: { host: database.socket },
      user: database.login,
      password: database.password,
      maxConns: connections,
      maxIdleConns: connections,
      maxConnLifetime: '1h',
    },
  };
}

function service(grpcPort: number, membershipPort: number): object {
  return { rpc: { grpcPort, membershipPort, bindOnIP: '127.0.0.1' } };
}
