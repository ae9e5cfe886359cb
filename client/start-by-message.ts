import { JobError } from '../domain/errors.ts';
import type { Digest, RunId, Tenant } from '../domain/ids.ts';
import { parseAs } from '../jobs/parse-as.ts';
import type { ClientParts } from './client.ts';
import { startRun } from './start-run.ts';

/** A message of another system that is to start a run; whether it is genuine was checked. */
export interface MessageStart {
  readonly tenant: Tenant;
  /** The trigger that it came to; the run's actor is `trigger:<name>`. */
  readonly trigger: string;
  /** What the sender calls it: 1 to 200 characters. */
  readonly messageId: string;
  /** Of the body as it came. */
  readonly bodyDigest: Digest;
  readonly job: string;
  readonly input: unknown;
}

/** The run of a message. */
export interface MessageRun {
  readonly runId: RunId;
  /** Whether the message, or its identity, had a run already. */
  readonly existing: boolean;
}

/**
 * Starts the run of a message, or finds the one that it started before. One that was taken and not yet started, by whoever died
 * at it or is at it now, is started again: its identity makes that one run.
 * @throws JobError `conflict` for another body under the same id, and what starting a run throws
 */
export async function startByMessage(parts: ClientParts, message: MessageStart): Promise<MessageRun> {
  const { tenant, trigger, messageId, bodyDigest, input } = message;
  const job = parts.registry.job(message.job);
  // Before it counts as taken: what does not fit may come again, mended, under its id.
  parseAs({ code: 'invalid-input', schema: job.input, subject: `The input of "${job.name}"` }, input);
  const { deliveries } = parts.store;
  const taken = await deliveries.take({ tenant, trigger, messageId, bodyDigest });
  if (taken !== 'new' && !taken.sameBody) {
    throw new JobError(
      'conflict',
      `The message "${messageId}" came to the trigger "${trigger}" before with another body; give the new one an id of its own.`,
    );
  }
  if (taken !== 'new' && taken.runId !== undefined) return { runId: taken.runId, existing: true };
  const { runId, existing } = await startRun(parts, { job, input, tenant, actor: `trigger:${trigger}` });
  await deliveries.settle({ tenant, trigger, messageId, runId });
  return { runId, existing };
}
