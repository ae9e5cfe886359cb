import type { Brand } from './brand.ts';
import { JobError } from './errors.ts';

/** Who a run, a call or a blob belongs to: 1 to 63 of `a-z`, `0-9` and `-`, starting with a letter. */
export type Tenant = Brand<string, 'Tenant'>;

/** The Temporal Workflow Id of a run: `<job>.<22 characters of base64url>`. Never Temporal's per-attempt run id. */
export type RunId = Brand<string, 'RunId'>;

/** A step's place in its run, such as `propose/turn-3/find_vendor`; at most 200 characters. It is the Activity's id. */
export type StepPath = Brand<string, 'StepPath'>;

/** SHA-256 of (tenant, run, step path) as 43 characters of base64url; sent downstream as the Idempotency-Key. */
export type CallKey = Brand<string, 'CallKey'>;

/** A SHA-256 digest as 43 characters of base64url. */
export type Digest = Brand<string, 'Digest'>;

/** The first 22 characters of a blob's digest: how histories name it. The full digest is checked on read. */
export type BlobRef = Brand<string, 'BlobRef'>;

/** One life of a worker process as the gate's lease knows it; a lease once lost is never the same owner again. */
export type OwnerId = Brand<string, 'OwnerId'>;

/** The tenant of everything that names none. */
export const DEFAULT_TENANT = 'default' as Tenant;

const TENANT = /^[a-z][a-z0-9-]{0,62}$/;
const RUN_ID = /^[a-z][a-z0-9-]{0,62}\.[A-Za-z0-9_-]{22}$/;
const BLOB_REF = /^[A-Za-z0-9_-]{22}$/;
const JOB_NAME = /^[a-z][a-z0-9-]{0,62}$/;
const MAX_STEP_PATH = 200;

/**
 * Reads a tenant's name.
 * @throws JobError `invalid-input` when the text has another form
 */
export function parseTenant(text: string): Tenant {
  if (!TENANT.test(text)) {
    throw new JobError(
      'invalid-input',
      `The tenant "${text}" is not 1 to 63 of a-z, 0-9 and "-" starting with a letter.`,
    );
  }
  return text as Tenant;
}

/**
 * Reads a run's id.
 * @throws JobError `invalid-input` when the text has another form
 */
export function parseRunId(text: string): RunId {
  if (!RUN_ID.test(text)) {
    throw new JobError(
      'invalid-input',
      `"${text}" is not a run id: <job>.<22 characters>, as \`list\` and \`start\` print it.`,
    );
  }
  return text as RunId;
}

/**
 * Reads a blob's reference.
 * @throws JobError `invalid-input` when the text has another form
 */
export function parseBlobRef(text: string): BlobRef {
  if (!BLOB_REF.test(text)) throw new JobError('invalid-input', `"${text}" is not a reference of 22 characters.`);
  return text as BlobRef;
}

/**
 * Reads a step's path.
 * @throws JobError `invalid-input` when it is empty or longer than 200 characters
 */
export function parseStepPath(text: string): StepPath {
  if (text.length === 0 || text.length > MAX_STEP_PATH) {
    throw new JobError(
      'invalid-input',
      `The step path "${text}" has ${text.length} characters; 1 to ${MAX_STEP_PATH} are allowed.`,
    );
  }
  return text as StepPath;
}

/** Whether a text can name a job: 1 to 63 of `a-z`, `0-9` and `-`, starting with a letter. */
export function isJobName(text: string): boolean {
  return JOB_NAME.test(text);
}
