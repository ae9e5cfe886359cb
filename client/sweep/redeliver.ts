import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { sentenceOf } from '../../domain/errors.ts';
import { storedAnswer } from '../../domain/stored-answer.ts';
import type { StoredDecision, SweepScope } from '../../gate/client-store.ts';
import { answerUpdate, deliverSignal, pauseRunUpdate, resumeRunUpdate } from '../../workflows/messages.ts';
import type { ClientParts } from '../client.ts';
import { UPDATE_TIMEOUT_MS } from '../decide.ts';
import { runRow } from '../run-row.ts';
import { lookAtRun } from './look-at-run.ts';
import type { SweepParts } from './sweep-options.ts';

const BATCH = 10;
// What a restart mends needs no person.
const ALARM_TRIES = 3;

/**
 * Delivers decisions that were stored and did not arrive, those of one run in the order in which they were made. Each may have
 * arrived all the same: its id makes the second delivery the same one.
 */
export async function redeliver(parts: SweepParts, scope: SweepScope): Promise<void> {
  const graceMs = parts.limits.decisionMs;
  const taken = await parts.store.sweep.takeDecisions(scope, { graceMs, limit: BATCH });
  const byRun = Map.groupBy(taken, ({ tenant, runId }) => `${tenant} ${runId}`);
  await Promise.all([...byRun.values()].map((decisions) => inOrder(parts, decisions)));
}

async function inOrder(parts: SweepParts, decisions: readonly StoredDecision[]): Promise<void> {
  for (const decision of decisions) {
    if (!(await again(parts, decision))) return;
  }
}

/** `false`: what came after it must wait too. */
async function again(parts: SweepParts, decision: StoredDecision): Promise<boolean> {
  const { tenant, runId, decisionId, kind } = decision;
  try {
    await parts.workflows.withDeadline(Date.now() + UPDATE_TIMEOUT_MS, () => send(parts, decision));
    await parts.store.decisions.markDelivered(tenant, runId, decisionId);
    parts.logger.info('A decision was delivered that had not arrived.', { runId, kind });
    return true;
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) {
      await parts.store.sweep.dropDecision(decision, `The run did not take it: ${sentenceOf(error.cause)}`);
      return true;
    }
    if (error instanceof WorkflowNotFoundError && kind === 'cancel' && (await endedMissing(parts, decision)))
      return true;
    await alarm(parts, decision, error);
    return false;
  }
}

async function send({ workflows }: ClientParts, decision: StoredDecision): Promise<void> {
  const { runId, decisionId: id, kind, name = '', payload, actor = '' } = decision;
  const handle = workflows.workflow.getHandle(runId);
  switch (kind) {
    case 'cancel':
      await handle.cancel();
      return;
    case 'signal':
      await handle.signal(deliverSignal, { name, id, actor, payload });
      return;
    case 'answer': {
      const { evidence, answer } = storedAnswer(payload);
      await handle.executeUpdate(answerUpdate, {
        args: [{ question: name, id, actor, evidence, answer }],
        updateId: id,
      });
      return;
    }
    case 'pause':
    case 'resume': {
      const { reason } = (payload ?? {}) as { reason?: string };
      const update = kind === 'pause' ? pauseRunUpdate : resumeRunUpdate;
      const args: [{ actor: string; reason?: string }] = [{ actor, ...(reason === undefined ? {} : { reason }) }];
      await handle.executeUpdate(update, { args, updateId: id });
    }
  }
}

// What Temporal does not have is cancelled by ending its row.
async function endedMissing(parts: SweepParts, { tenant, runId, actor = '' }: StoredDecision): Promise<boolean> {
  const sight = await lookAtRun(parts, await runRow(parts, tenant, runId));
  if (sight.kind !== 'missing') return false;
  const sentence = `Cancelled by ${actor}; Temporal did not have it.`;
  await parts.store.sweep.repair({ tenant, runId, status: 'cancelled', code: 'cancelled', sentence });
  return true;
}

async function alarm(parts: SweepParts, decision: StoredDecision, error: unknown): Promise<void> {
  const { tenant, runId, decisionId, kind, actor = '', tries } = decision;
  if (tries < ALARM_TRIES) return;
  const sentence = `The ${kind} of ${runId} by ${actor} does not arrive (${sentenceOf(error)}); see that workers run, and what blocks the run with \`holdfast show ${runId} --live\`.`;
  const raised = await parts.store.alarms.raise({
    tenant,
    kind: 'undelivered',
    subject: `${runId}/${decisionId}`,
    runId,
    sentence,
  });
  if (raised) parts.logger.warn(sentence, { alarm: 'undelivered', tenant, runId });
}
