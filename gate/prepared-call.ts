import { canonicalJson } from '../domain/canonical.ts';
import { callKeyOf, digestOf, digestOfJson, refOf } from '../domain/digest.ts';
import type { BlobRef, CallKey, Digest } from '../domain/ids.ts';
import type { Call } from './call.ts';
import type { Destinations, Route } from './destinations.ts';

/** A call with what follows from it alone. */
export interface PreparedCall {
  readonly call: Call;
  readonly route: Route;
  readonly callKey: CallKey;
  /** The canonical arguments, stored as a blob under their own digest. */
  readonly args: Buffer;
  readonly argsDigest: Digest;
  readonly argsRef: BlobRef;
  readonly callDigest: Digest;
}

/**
 * Computes keys and digests, and whether the call may go where it wants to; no I/O.
 * @throws JobError `not-cleared` or `invalid-config` (see {@link Destinations}), `invalid-input` for arguments that JSON cannot hold
 */
export function prepareCall(call: Call, destinations: Destinations): PreparedCall {
  const route = destinations.routeOf(call.target, call.dataClass);
  const callKey = callKeyOf(call);
  const args = Buffer.from(canonicalJson(call.args));
  const argsDigest = digestOf(args);
  const { tenant, runId, stepPath, name, toolDigest, dataClass } = call;
  const callDigest = digestOfJson({ tenant, runId, stepPath, callKey, name, toolDigest, argsDigest, dataClass });
  return { call, route, callKey, args, argsDigest, argsRef: refOf(argsDigest), callDigest };
}
