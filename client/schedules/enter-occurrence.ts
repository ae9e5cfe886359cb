import type { Json } from '../../domain/canonical.ts';
import { withMoment } from '../../domain/planned-moment.ts';
import type { EnteredOccurrence, Occurrence } from '../../domain/scheduled-start.ts';
import { workflowNameOf } from '../../jobs/registry.ts';
import { enterRun, type EntryParts } from '../enter-run.ts';

/**
 * Enters the run of a schedule's occurrence, with its moment filled in. The same again, after an answer that was lost or by a
 * person who started it, is the same run.
 * @throws JobError `unknown-job`, `invalid-input` when the input no longer fits, `conflict` when the identity's run had another
 *   input, `corrupt-blob`
 */
export async function enterOccurrence(parts: EntryParts, occurrence: Occurrence): Promise<EnteredOccurrence> {
  const { tenant, schedule, job: name, input, timeZone, scheduledAt } = occurrence;
  const job = parts.registry.job(name);
  const { bytes } = await parts.store.blobs.get(tenant, input);
  const declared = JSON.parse(new TextDecoder().decode(bytes)) as Json;
  const { runId, start } = await enterRun(parts, {
    job,
    tenant,
    input: withMoment(declared, new Date(scheduledAt), timeZone),
    actor: `schedule:${schedule}`,
  });
  return start === undefined
    ? { kind: 'existing', runId }
    : { kind: 'entered', runId, workflow: workflowNameOf(name), start };
}
