import type { RunningApi } from '../api/server.ts';
import type { ApiSettings } from '../api/settings.ts';
import { SWEEP_LIMITS, type SweepLimits } from '../client/sweep/sweep-options.ts';
import { parseTenant } from '../domain/ids.ts';
import type { ReaperOptions } from './starter.ts';

/** What sweeps in a process of the API by its settings; `undefined` where it is to sweep nothing. */
export function reaperOf({ reaper }: ApiSettings, { client, logger }: RunningApi): ReaperOptions | undefined {
  if (reaper === undefined) return undefined;
  const { bundle, tenant, limits } = reaper;
  return {
    bundle,
    sweeps: client.sweeps({ limits: limitsOf(limits), logger }),
    swept: tenant === undefined ? {} : { tenant: parseTenant(tenant) },
  };
}

function limitsOf(given: NonNullable<ApiSettings['reaper']>['limits']): SweepLimits {
  const { deliveryMs, tokenMs, alarmMs, ...others } = given;
  const defined = Object.entries(others).filter(([, ms]) => ms !== undefined);
  const { retention } = SWEEP_LIMITS;
  return {
    ...SWEEP_LIMITS,
    ...(Object.fromEntries(defined) as Partial<SweepLimits>),
    retention: {
      deliveryMs: deliveryMs ?? retention.deliveryMs,
      tokenMs: tokenMs ?? retention.tokenMs,
      alarmMs: alarmMs ?? retention.alarmMs,
    },
  };
}
