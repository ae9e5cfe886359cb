import { canonicalJson } from '../domain/canonical.ts';
import { digestOf, runIdOf } from '../domain/digest.ts';
import { JobError } from '../domain/errors.ts';
import type { BlobRef, RunId, Tenant } from '../domain/ids.ts';
import type { StartInput } from '../domain/skeleton.ts';
import type { RunRow } from '../gate/client-store.ts';
import { type PinnedDefinition, pinDefinition } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import { parseAs } from '../jobs/parse-as.ts';
import type { ClientParts } from './client.ts';

/** What entering a run needs of a client; nothing of Temporal. */
export type EntryParts = Pick<ClientParts, 'store' | 'registry' | 'callsQueue'>;

/** A run that is to have its row. */
export interface Entering {
  readonly job: Job;
  /** As somebody gave it. */
  readonly input: unknown;
  readonly tenant: Tenant;
  /** Who starts it. */
  readonly actor: string;
}

/** A run that has its blobs and its row. */
export interface Entered {
  readonly runId: RunId;
  /** Whether it was entered just now. */
  readonly inserted: boolean;
  /** What it was when it was found; `starting` for a new one. */
  readonly status: RunRow['status'];
  /** What its workflow is to start with; absent when another start took it to Temporal already. */
  readonly start?: StartInput;
}

/**
 * Enters a run by its identity, with what it is pinned to, or finds the one that is there. One that has a row and no workflow
 * yet is given again what it is to start with, so that a start that was cut in between is ended by the next.
 * @throws JobError `unknown-job`, `invalid-input` when the input does not fit, `conflict` when the identity's run had another input
 */
export async function enterRun(parts: EntryParts, { job, tenant, actor, ...given }: Entering): Promise<Entered> {
  parts.registry.job(job.name);
  const input = parseAs(
    { code: 'invalid-input', schema: job.input, subject: `The input of "${job.name}"` },
    given.input,
  );
  const runId = runIdOf({ tenant, job: job.name, identity: job.identity(input) });
  const bytes = encoded(input);
  const pinned = pinDefinition(job);
  const { row, inserted } = await parts.store.runs.enter({
    tenant,
    runId,
    job: job.name,
    version: job.version,
    definition: encoded(pinned),
    input: bytes,
    actor,
  });
  if (row.inputDigest !== digestOf(bytes)) {
    throw new JobError(
      'conflict',
      `The run ${runId} was started for the same identity with another input; look at it with its id, or give the new thing an identity of its own.`,
    );
  }
  const entered = { runId, inserted, status: row.status };
  if (row.status !== 'starting') return entered;
  const skeleton = inserted ? pinned.skeleton : await pinnedSkeleton(parts, tenant, row.definition);
  return { ...entered, start: startOf(parts, tenant, { ...row, skeleton }) };
}

/**
 * What a run that has its row and no workflow is to start with.
 * @throws JobError `corrupt-blob` when what it was pinned to cannot be read
 */
export async function resumedStart(
  parts: EntryParts,
  tenant: Tenant,
  row: Pick<RunRow, 'definition' | 'inputRef'>,
): Promise<StartInput> {
  return startOf(parts, tenant, { ...row, skeleton: await pinnedSkeleton(parts, tenant, row.definition) });
}

function startOf(
  { callsQueue: calls }: EntryParts,
  tenant: Tenant,
  row: Pick<RunRow, 'definition' | 'inputRef'> & Pick<StartInput, 'skeleton'>,
): StartInput {
  const { definition, inputRef: input, skeleton } = row;
  return { tenant, definition, input, skeleton, ...(calls === undefined ? {} : { calls }) };
}

// A start that was cut may have pinned an earlier version of the job than the one that ends it: what is pinned counts.
async function pinnedSkeleton(parts: EntryParts, tenant: Tenant, definition: BlobRef): Promise<StartInput['skeleton']> {
  const { bytes } = await parts.store.blobs.get(tenant, definition);
  const pinned = JSON.parse(new TextDecoder().decode(bytes)) as PinnedDefinition;
  return pinned.skeleton;
}

function encoded(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}
