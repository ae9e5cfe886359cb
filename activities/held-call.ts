import type { Outcome } from '../domain/outcome.ts';
import { holdBriefly } from './hold-briefly.ts';
import { withHeartbeat } from './with-heartbeat.ts';

/** What every Activity that calls has around it: heartbeats while it lasts, and patience with what is briefly down. */
export function heldCall<Value>(perform: () => Promise<Outcome<Value>>): Promise<Outcome<Value>> {
  return withHeartbeat(() => holdBriefly(perform));
}
