import type { Config } from '../config/index.ts';
import { samplePeople } from './sample-people.ts';
import type { ApiOptions } from './start-api.ts';

const MIB = 1_048_576;

/** What the configuration says of the HTTP API. Where it names nobody, the two sample people may act in these tenants. */
export function apiOf(config: Config, home: string, tenants: readonly string[]): ApiOptions {
  const { port, requestsPerSecond, maxInputMiB, maxStreams } = config.api;
  const configured = Object.entries(config.principals).map(([name, { publicKey, ...entry }]) => {
    return [name, { ...entry, ...(publicKey === undefined ? {} : { publicKey }) }] as const;
  });
  return {
    port,
    requestsPerSecond,
    maxInputBytes: maxInputMiB * MIB,
    maxStreams,
    triggers: Object.fromEntries(
      Object.entries(config.triggers).map(([name, { secrets, ...trigger }]) => [
        name,
        { ...trigger, secrets: [...secrets] },
      ]),
    ),
    principals: configured.length === 0 ? samplePeople(home, tenants) : Object.fromEntries(configured),
  };
}
