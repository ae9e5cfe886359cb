import type { PlainPlace } from '../../domain/plain-execution.ts';
import type { QuietRun } from '../../gate/client-store.ts';
import type { ClientParts } from '../client.ts';

const PREFIX = 'plain-';

/** Where Temporal has the execution that a run of a plain Workflow is; `undefined` of the run of a job. */
export async function placeOfPlain(
  { store, registry }: Pick<ClientParts, 'store' | 'registry'>,
  run: Pick<QuietRun, 'tenant' | 'job' | 'inputRef'>,
): Promise<PlainPlace | undefined> {
  if (!run.job.startsWith(PREFIX) || registry.jobs.some(({ name }) => name === run.job)) return undefined;
  const { bytes } = await store.blobs.get(run.tenant, run.inputRef);
  const given = JSON.parse(new TextDecoder().decode(bytes)) as Partial<PlainPlace> | null;
  const { namespace, workflowId, first, link } = given ?? {};
  const isPlace = typeof namespace === 'string' && typeof workflowId === 'string' && typeof first === 'string';
  // Written by the plugin in this form; the job of a process that this one does not know may bear such a name too.
  return isPlace && typeof link === 'number' ? (given as PlainPlace) : undefined;
}
