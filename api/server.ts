import { pino } from 'pino';
import { createClient, type HoldfastClient } from '../client/index.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';
import type { Logger } from '../domain/log.ts';
import { type ClientStore, openClientStore } from '../gate/client-store.ts';
import { loadJobs } from '../jobs/load-jobs.ts';
import { createRegistry, type Registry } from '../jobs/registry.ts';
import { type Defined, defined } from './defined.ts';
import { createApp } from './app.ts';
import { checkTriggers } from './check-triggers.ts';
import { EventFeed } from './event-feed.ts';
import type { ApiParts } from './parts.ts';
import type { ApiSettings } from './settings.ts';

const HOST = '127.0.0.1';
const POOL_SIZE = 8;

/** An API that listens. */
export interface RunningApi {
  readonly port: number;
  readonly client: HoldfastClient;
  readonly registry: Registry;
  readonly store: ClientStore;
  /** Where what runs in this process logs. */
  readonly logger: Logger;
  /** Takes nothing new, ends the streams, lets what is under way finish, then lets go of everything. */
  close(): Promise<void>;
}

/**
 * Starts the HTTP API on 127.0.0.1.
 * @throws JobError `stack-failed` when the port is taken or what it needs does not answer, `invalid-job` for a folder without its job
 */
export async function startApi(settings: ApiSettings): Promise<RunningApi> {
  const logger = pino({ name: 'api', level: settings.verbose ? 'info' : 'warn' }, pino.destination(2));
  const registry = createRegistry((await loadJobs(settings.jobs, '/')).map(({ job }) => job));
  checkTriggers(settings.triggers, registry);
  const store = await openClientStore({ databaseUrl: settings.databaseUrl, poolSize: POOL_SIZE });
  let client: HoldfastClient | undefined;
  try {
    client = await clientOf(settings, registry, store);
    const feed = new EventFeed(store.timeline, loggerOf(logger));
    const parts: ApiParts = { settings, client, store, registry, feed, since: new Date(), ending: false };
    return await listen(settings, parts, logger);
  } catch (error) {
    await client?.close();
    await store.close();
    throw error;
  }
}

async function listen(settings: ApiSettings, parts: ApiParts, logger: pino.Logger): Promise<RunningApi> {
  const app = await createApp(parts, logger);
  const { client, registry, store, feed } = parts;
  try {
    await app.listen({ host: HOST, port: settings.port });
  } catch (cause) {
    const sentence = `The API cannot listen on port ${settings.port} of ${HOST} (${sentenceOf(cause)}); change \`api.port\` in temporal.yaml.`;
    throw new JobError('stack-failed', sentence, { cause });
  }
  const address = app.server.address();
  const close = async (): Promise<void> => {
    parts.ending = true;
    feed.close();
    await app.close();
    await client.close();
    await store.close();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : settings.port,
    client,
    registry,
    store,
    logger: loggerOf(logger),
    close,
  };
}

function loggerOf(logger: pino.Logger): Logger {
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  };
}

function clientOf(settings: ApiSettings, registry: Registry, store: ClientStore): Promise<HoldfastClient> {
  const { address, namespace, apiKey, tls } = settings.temporal;
  const { databaseUrl, taskQueue, callsQueue } = settings;
  return createClient({
    temporal: {
      address,
      namespace,
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(tls === undefined ? {} : { tls: tlsOf(tls) }),
    },
    databaseUrl,
    registry,
    taskQueue,
    store,
    ...(callsQueue === undefined ? {} : { callsQueue }),
  });
}

// An absent key is not one that is undefined.
function tlsOf(tls: NonNullable<ApiSettings['temporal']['tls']>): Partial<Defined<typeof tls>> | true {
  const given = defined(tls);
  return Object.keys(given).length === 0 ? true : given;
}
