import type { Config } from '../config/index.ts';
import { samplePeople } from './sample-people.ts';
import type { ApiOptions } from './start-api.ts';

const MIB = 1_048_576;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

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
    reaper: { limits: limitsOf(config) },
    triggers: Object.fromEntries(
      Object.entries(config.triggers).map(([name, { secrets, ...trigger }]) => [
        name,
        { ...trigger, secrets: [...secrets] },
      ]),
    ),
    principals: configured.length === 0 ? samplePeople(home, tenants) : Object.fromEntries(configured),
  };
}

function limitsOf({ sweep, retention }: Config): NonNullable<NonNullable<ApiOptions['reaper']>['limits']> {
  return {
    everyMs: sweep.everySeconds * 1_000,
    unavailableMs: sweep.unavailableHours * HOUR_MS,
    pausedMs: sweep.pausedHours * HOUR_MS,
    deliveryMs: retention.deliveryDays * DAY_MS,
    tokenMs: retention.tokenDays * DAY_MS,
    alarmMs: retention.alarmDays * DAY_MS,
  };
}
