import { hash } from 'node:crypto';
import { canonicalJson } from './canonical.ts';
import type { BlobRef, CallKey, Digest, RunId, StepPath, Tenant } from './ids.ts';

const REF_LENGTH = 22;

/** SHA-256 of bytes, or of a text's UTF-8 bytes. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return hash('sha256', bytes, 'base64url') as Digest;
}

/** SHA-256 of a JSON value's canonical text. */
export function digestOfJson(value: unknown): Digest {
  return digestOf(canonicalJson(value));
}

/** The reference under which a blob with this digest is found. */
export function refOf(digest: Digest): BlobRef {
  return digest.slice(0, REF_LENGTH) as string as BlobRef;
}

/** The key of one call: the same for every attempt, never made from the arguments. */
export function callKeyOf(call: { tenant: Tenant; runId: RunId; stepPath: StepPath }): CallKey {
  return digestOfJson([call.tenant, call.runId, call.stepPath]) as string as CallKey;
}

/** The id of the run that a job's identity names within a tenant. */
export function runIdOf(run: { tenant: Tenant; job: string; identity: Identity }): RunId {
  const digest = digestOfJson([run.tenant, run.job, run.identity]);
  return `${run.job}.${digest.slice(0, REF_LENGTH)}` as RunId;
}

/** The id of a fork: one for each request to fork a run, so that a repeated request finds the same fork. */
export function forkIdOf(fork: { tenant: Tenant; source: RunId; request: string }): RunId {
  const { tenant, source, request } = fork;
  const [job = ''] = source.split('.');
  // An identity is a list of plain values: no run that is started can have this digest.
  const digest = digestOfJson([tenant, job, { fork: source, request }]);
  return `${job}.${digest.slice(0, REF_LENGTH)}` as RunId;
}

/** The values that make a thing the same thing, in a fixed order. */
export type Identity = readonly (string | number | boolean | null)[];

/** What the ledger's identity index holds: a digest, so that its size is bounded. */
export function identityDigest(identity: Identity): Digest {
  return digestOfJson(identity);
}
