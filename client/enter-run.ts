import type { Tenant } from '../domain/ids.ts';
import type { StartInput } from '../domain/skeleton.ts';
import type { RunRow } from '../gate/client-store.ts';
import type { PinnedDefinition } from '../jobs/definition.ts';
import { type Entered, enterJob, type Entering, type EntryStore } from '../jobs/enter-job.ts';
import type { ClientParts } from './client.ts';

/** What entering a run needs of a client; nothing of Temporal. */
export type EntryParts = Pick<ClientParts, 'store' | 'registry' | 'callsQueue'>;

/**
 * Enters a run of a job that this client knows by its identity, or finds the one that is there.
 * @throws JobError `unknown-job`, `invalid-input` when the input does not fit, `conflict` when the identity's run had another input
 */
export async function enterRun(parts: EntryParts, entering: Entering): Promise<Entered<RunRow['status']>> {
  const { store, registry, callsQueue } = parts;
  registry.job(entering.job.name);
  const entries: EntryStore<RunRow['status']> = {
    enter: (run) => store.runs.enter(run),
    read: async (tenant, ref) => (await store.blobs.get(tenant, ref)).bytes,
  };
  return enterJob(entries, { ...entering, calls: callsQueue });
}

/**
 * What a run that has its row and no workflow is to start with: what it was pinned to, and of a fork what it was handed.
 * @throws JobError `corrupt-blob` when what it was pinned to cannot be read
 */
export async function resumedStart(
  { store, callsQueue: calls }: EntryParts,
  tenant: Tenant,
  { runId, definition, inputRef: input }: Pick<RunRow, 'runId' | 'definition' | 'inputRef'>,
): Promise<StartInput> {
  const { bytes } = await store.blobs.get(tenant, definition);
  const { skeleton } = JSON.parse(new TextDecoder().decode(bytes)) as PinnedDefinition;
  const { handed = {} } = (await store.forks.of(tenant, runId)).find((fork) => fork.runId === runId) ?? {};
  return {
    tenant,
    definition,
    input,
    skeleton,
    ...(calls === undefined ? {} : { calls }),
    ...(Object.keys(handed).length === 0 ? {} : { fork: handed }),
  };
}
