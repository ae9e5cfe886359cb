import { JobError, sentenceOf } from '../../domain/errors.ts';
import type { QuietRun } from '../../gate/client-store.ts';
import { resumedStart } from '../enter-run.ts';
import { startWorkflow } from '../start-run.ts';
import type { SweepParts } from './sweep-options.ts';

/**
 * Starts a run whose start was cut before Temporal had it, with what it was pinned to. After a day the run ends with the reason.
 * @returns why it cannot be started, in one sentence; `undefined` when it was, or when it has ended
 */
export async function startAgain(parts: SweepParts, run: QuietRun): Promise<string | undefined> {
  const { tenant, runId, job: name } = run;
  const job = parts.registry.jobs.find((known) => known.name === name);
  try {
    if (job === undefined) throw new JobError('unknown-job', `No process here knows the job "${name}" any more.`);
    const start = await resumedStart(parts, tenant, run);
    await startWorkflow(parts, { job, tenant, runId, start });
    await parts.store.runs.markStarted(tenant, runId);
    parts.logger.info('A run was started whose start had been cut.', { runId });
    return undefined;
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    if (run.startedMs < parts.limits.giveUpStartMs) return sentenceOf(error);
    const { code } = error;
    const sentence = `It was never started: ${error.message}`;
    await parts.store.sweep.repair({ tenant, runId, status: 'failed', code, sentence });
    return undefined;
  }
}
