import { canonicalJson, type Json } from '../domain/canonical.ts';
import { JobError } from '../domain/errors.ts';
import type { Tenant } from '../domain/ids.ts';
import type { RunStatus } from '../domain/run-view.ts';
import type { RunRow } from '../gate/client-store.ts';
import { parseAs } from '../jobs/parse-as.ts';
import { toolsOf } from '../jobs/registry.ts';
import type { AnswerOptions } from './answer-question.ts';
import type { ClientParts } from './client.ts';
import { storeDecision } from './decide.ts';

type LeftoverAnswer = AnswerOptions & { readonly id: string; readonly tenant: Tenant };

/** Whether a question is about a call that nobody asks about: of a run that has ended, or of a plain Workflow, which cannot ask. */
export async function isLeftOver(
  { store }: Pick<ClientParts, 'store'>,
  { tenant, runId, job, closedAt, waitingFor }: RunRow,
  question: string | undefined,
): Promise<boolean> {
  if (question === undefined || (closedAt === undefined && !(job.startsWith('plain-') && waitingFor === undefined)))
    return false;
  const ledger = await store.runs.ledger(tenant, runId);
  return ledger.some(({ stepPath, state }) => stepPath === question && state === 'unknown');
}

/**
 * Stores what a person found out about such a call; the next sweep brings it to the ledger through the gate.
 * @throws JobError `invalid-input` for an answer that does not fit, `conflict` for an id that another decision has
 */
export async function answerLeftover(
  parts: ClientParts,
  row: RunRow,
  { question = '', answer: given, actor, evidence, id, tenant }: LeftoverAnswer,
): Promise<RunStatus> {
  const { runId, closedAt, status } = row;
  if (given.kind !== 'happened' && given.kind !== 'did-not-happen')
    throw new JobError(
      'invalid-input',
      `Whether "${question}" took place is asked: answer happened or did-not-happen.`,
    );
  if (given.kind === 'did-not-happen' && given.next === 'repeat' && closedAt !== undefined)
    throw new JobError('invalid-input', `The run ${runId} has ended and sends nothing again; answer with next: end.`);
  const { output } = given.kind === 'happened' ? given : {};
  const answer =
    output === undefined ? given : { kind: 'happened', output: await kept(parts, row, { question, output }) };
  const payload = { evidence, answer };
  await storeDecision(parts, { tenant, runId, decisionId: id, kind: 'answer', name: question, actor, payload });
  return status === 'starting' ? 'running' : status;
}

async function kept(
  parts: ClientParts,
  row: RunRow,
  { question, output }: { question: string; output: Json },
): Promise<string> {
  const ledger = await parts.store.runs.ledger(row.tenant, row.runId);
  const call = ledger.find(({ stepPath }) => stepPath === question);
  const job = parts.registry.jobs.find(({ name }) => name === row.job);
  // The tools of a plain Workflow are known to its own workers alone: what a person gives for them is kept as it is.
  const tool = job === undefined ? undefined : toolsOf(job).find(({ name }) => name === call?.name);
  if (tool !== undefined)
    parseAs({ code: 'invalid-input', schema: tool.output, subject: `The output given for "${question}"` }, output);
  const bytes = new TextEncoder().encode(canonicalJson(output));
  return parts.store.blobs.put(row.tenant, { mediaType: 'application/json', bytes });
}
