import type { Answer } from '../domain/answer.ts';
import type { Json } from '../domain/canonical.ts';
import type { Tenant } from '../domain/ids.ts';
import { storedAnswer } from '../domain/stored-answer.ts';
import type { CallAnswer, LooseAnswer } from '../gate/index.ts';
import type { ActivityDependencies } from './dependencies.ts';

const BATCH = 20;

/**
 * Writes to the ledger what people found out about calls that no run asks about: of runs that have ended, and of plain workflows.
 * What cannot count is given up with the reason.
 */
export async function settleLooseAnswers(
  dependencies: ActivityDependencies,
  tenant: Tenant | undefined,
): Promise<void> {
  const { leftovers } = dependencies.gate;
  for (const loose of await leftovers.looseAnswers(BATCH, tenant)) {
    const refusal = await settle(dependencies, loose);
    await leftovers.closeAnswer(loose, refusal);
    const { runId, stepPath } = loose;
    dependencies.logger.info('An answer about a call reached the ledger.', { runId, stepPath, refusal });
  }
}

async function settle({ gate }: ActivityDependencies, loose: LooseAnswer): Promise<string | undefined> {
  const { tenant, runId, stepPath, decisionId, actor } = loose;
  const { evidence, answer } = storedAnswer(loose.payload);
  const found = foundOf(loose, answer);
  if (typeof found === 'string') return found;
  const answered = await gate.answerCall({
    tenant,
    runId,
    stepPath,
    decisionId,
    sentence: `${actor}: ${evidence}`,
    ...found,
  });
  return answered === 'settled' ? undefined : `The ledger has no open question about ${stepPath}.`;
}

function foundOf({ ended }: LooseAnswer, answer: Answer): Pick<CallAnswer, 'verdict' | 'result'> | string {
  switch (answer.kind) {
    case 'happened':
      return { verdict: 'accepted', result: resultOf(answer.output) };
    case 'did-not-happen':
      if (answer.next === 'repeat' && ended) return 'A run that has ended sends nothing again; answer with next: end.';
      return { verdict: answer.next === 'repeat' ? 'repeat' : 'rejected' };
    case 'corrected':
    case 'rejected':
      return 'Whether it took place is asked, not what it should have been.';
  }
}

// Whoever asks for this call again must not take what nobody knows for an output.
function resultOf(output: string | undefined): Json {
  if (output !== undefined) return { kind: 'result', ref: output, facts: {} };
  return {
    kind: 'unreadable',
    sentence: 'A person found that it took place; what the receiver answered is not known.',
  };
}
