import { Client } from 'pg';
import { loadConfig, type Config } from '../config/index.ts';
import { sentenceOf } from '../domain/errors.ts';
import { seeStack, type SeenStack } from '../stack/index.ts';
import { connectTemporal } from '../stack/temporal/connect.ts';
import { type BuildState, buildsState } from './builds-state.ts';
import { configReport, type ConfigReport } from './config-report.ts';

const TIMEOUT_MS = 2_000;

/** How a server is that a project needs. */
export interface ServerState {
  /** `embedded`, or host and port of the user's own. */
  readonly place: string;
  /** Why it does not answer; absent when it does. */
  readonly down?: string;
}

/** A project as it can be seen without its API. */
export interface ProjectState {
  readonly problems: readonly string[];
  /** Absent when the configuration cannot be read. */
  readonly models?: ConfigReport['models'];
  readonly stack: SeenStack;
  /** The builds that open runs are pinned to; absent when Temporal does not tell. */
  readonly builds?: readonly BuildState[];
  /** Absent when the configuration cannot be read. */
  readonly servers?: { readonly database: ServerState; readonly temporal: ServerState };
}

/** Which project to look at. */
export interface ProjectPlace {
  readonly root: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Looks at a project: its configuration, what runs of its stack, its servers. Starts nothing; takes a few seconds at most. */
export async function projectState({ root, home, env }: ProjectPlace): Promise<ProjectState> {
  const stack = await seeStack(home);
  try {
    const { problems, models } = await configReport(root, env);
    const config = loadConfig({ cwd: root, env });
    const [servers, builds] = await Promise.all([serversOf(config, stack), buildsState(config, home)]);
    return { problems, models, stack, servers, ...(builds === undefined ? {} : { builds }) };
  } catch (error) {
    return { problems: [sentenceOf(error)], stack };
  }
}

async function serversOf(
  { database, temporal }: Config,
  stack: SeenStack,
): Promise<NonNullable<ProjectState['servers']>> {
  const { address } = temporal;
  const [seenDatabase, seenTemporal] = await Promise.all([
    database.url === undefined
      ? embedded(stack, 'database')
      : own(new URL(database.url).host, askPostgres(database.url)),
    address === undefined ? embedded(stack, 'server') : own(address, askTemporal({ ...temporal, address })),
  ]);
  return { database: seenDatabase, temporal: seenTemporal };
}

function embedded({ processes }: SeenStack, stage: 'database' | 'server'): ServerState {
  const runs = processes.some((process) => process.stage === stage && process.running);
  return { place: 'embedded', ...(runs ? {} : { down: 'it does not run' }) };
}

async function own(place: string, answer: Promise<void>): Promise<ServerState> {
  try {
    await answer;
    return { place };
  } catch (error) {
    return { place, down: sentenceOf(error) };
  }
}

async function askPostgres(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS, query_timeout: TIMEOUT_MS });
  // Told by the promises too; without a listener it would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
  } finally {
    await client.end().catch(() => {});
  }
}

async function askTemporal(server: Parameters<typeof connectTemporal>[0]): Promise<void> {
  const connection = await connectTemporal(server, TIMEOUT_MS);
  await connection.close();
}
