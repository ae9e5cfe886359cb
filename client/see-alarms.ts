import type { Alarm } from '../domain/alarm.ts';
import { DEFAULT_TENANT, type Tenant } from '../domain/ids.ts';
import type { ClientParts } from './client.ts';

/** Which alarms. */
export interface AlarmsOptions {
  /** Default `default`. */
  readonly tenant?: Tenant;
  /** 1 to 500, default 500. */
  readonly limit?: number;
}

/** What is stuck. */
export interface SeenAlarms {
  /** The newest first. */
  readonly alarms: readonly Alarm[];
  /** When a sweep ended last: what is stuck since then is not among them. */
  readonly sweptAt: Date | undefined;
}

/** The open alarms of a tenant, and of all. */
export async function seeAlarms(
  { store }: Pick<ClientParts, 'store'>,
  { tenant = DEFAULT_TENANT, limit }: AlarmsOptions,
): Promise<SeenAlarms> {
  const [alarms, sweptAt] = await Promise.all([
    store.alarms.open({ tenant, ...(limit === undefined ? {} : { limit }) }),
    store.alarms.sweptAt(),
  ]);
  return { alarms, sweptAt };
}
