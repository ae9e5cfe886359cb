import { canonicalJson } from '../domain/canonical.ts';
import { digestOf, runIdOf } from '../domain/digest.ts';
import { JobError } from '../domain/errors.ts';
import type { BlobRef, Digest, RunId, Tenant } from '../domain/ids.ts';
import { MAX_START_BYTES } from '../domain/payload.ts';
import type { NewRun } from '../domain/new-run.ts';
import type { StartInput } from '../domain/skeleton.ts';
import { type PinnedDefinition, pinDefinition } from './definition.ts';
import type { Job } from './job.ts';
import { parseAs } from './parse-as.ts';

/** Where runs are entered. */
export interface EntryStore<Status> {
  /** Enters a run, or answers the one that is there. */
  enter(run: NewRun): Promise<{
    readonly inserted: boolean;
    readonly row: {
      readonly status: Status;
      readonly definition: BlobRef;
      readonly inputRef: BlobRef;
      readonly inputDigest: Digest;
    };
  }>;
  /** The bytes of a blob. */
  read(tenant: Tenant, ref: BlobRef): Promise<Uint8Array>;
}

/** A run that is to have its row. */
export interface Entering {
  readonly job: Job;
  /** As somebody gave it. */
  readonly input: unknown;
  readonly tenant: Tenant;
  /** Who starts it. */
  readonly actor: string;
  /** The run that asks for it, where one does. */
  readonly parent?: RunId;
  /** The Task Queue of the call workers when it is another one than the workflow's. */
  readonly calls?: string | undefined;
}

/** A run that has its blobs and its row. */
export interface Entered<Status> {
  readonly runId: RunId;
  /** Whether it was entered just now. */
  readonly inserted: boolean;
  /** What it was when it was found; `starting` for a new one. */
  readonly status: Status;
  /** What its workflow is to start with; absent when another start took it to Temporal already. */
  readonly start?: StartInput;
}

/**
 * Enters a run of a job by its identity, with what it is pinned to, or finds the one that is there. One that has a row and no
 * workflow yet is given again what it is to start with, so that a start that was cut in between is ended by the next.
 * @throws JobError `invalid-input` when the input does not fit, `conflict` when the identity's run had another input, `too-large`
 */
export async function enterJob<Status extends string>(
  store: EntryStore<Status>,
  { job, tenant, actor, parent, calls, ...given }: Entering,
): Promise<Entered<Status>> {
  const input = parseAs(
    { code: 'invalid-input', schema: job.input, subject: `The input of "${job.name}"` },
    given.input,
  );
  const runId = runIdOf({ tenant, job: job.name, identity: job.identity(input) });
  const bytes = encoded(input);
  const pinned = pinDefinition(job);
  checkSize(job.name, pinned);
  const { row, inserted } = await store.enter({
    tenant,
    runId,
    job: job.name,
    version: job.version,
    definition: encoded(pinned),
    input: bytes,
    actor,
    ...(parent === undefined ? {} : { parent }),
  });
  if (row.inputDigest !== digestOf(bytes)) {
    throw new JobError(
      'conflict',
      `The run ${runId} was started for the same identity with another input; look at it with its id, or give the new thing an identity of its own.`,
    );
  }
  const entered = { runId, inserted, status: row.status };
  if (row.status !== 'starting') return entered;
  const skeleton = inserted ? pinned.skeleton : await pinnedSkeleton(store, tenant, row.definition);
  const { definition, inputRef } = row;
  const start = { tenant, definition, input: inputRef, skeleton, ...(calls === undefined ? {} : { calls }) };
  return { ...entered, start };
}

// Before it has a row: what Temporal would not take could never start.
function checkSize(job: string, { skeleton }: PinnedDefinition): void {
  const bytes = encoded(skeleton).length;
  if (bytes <= MAX_START_BYTES) return;
  throw new JobError(
    'too-large',
    `The steps of "${job}" take ${bytes} bytes of what a run starts with; at most ${MAX_START_BYTES} are allowed. Split the job.`,
  );
}

// A start that was cut may have pinned an earlier version of the job than the one that ends it: what is pinned counts.
async function pinnedSkeleton<Status>(
  store: EntryStore<Status>,
  tenant: Tenant,
  definition: BlobRef,
): Promise<StartInput['skeleton']> {
  const pinned = JSON.parse(new TextDecoder().decode(await store.read(tenant, definition))) as PinnedDefinition;
  return pinned.skeleton;
}

function encoded(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}
