import type { CallAnswer } from '../gate/index.ts';
import { assertNever } from '../domain/assert-never.ts';
import { JobError } from '../domain/errors.ts';
import type { Answer } from '../domain/answer.ts';
import type { Json } from '../domain/canonical.ts';
import type { Tool } from '../jobs/tool.ts';
import { agentOf, callSite, type CallSite, readJson } from './call-site.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { givenResult } from './tool-call.ts';
import { translateErrors } from './translate-errors.ts';
import type { Activities, SettledUnknown, SettleUnknownInput } from './types.ts';
import { withHeartbeat } from './with-heartbeat.ts';

/** Writes a person's answer about a call whose effect was not known to the ledger, through the gate. */
export function createSettleUnknown(dependencies: ActivityDependencies): Activities['settleUnknown'] {
  return translateErrors((input) =>
    withHeartbeat(async () => {
      const site = await callSite(dependencies, input);
      const tool = toolOf(site, input);
      const { tenant, runId } = site;
      const { decision: decisionId, sentence, step: stepPath } = input;
      const found = await foundOf(dependencies, { site, tool, answer: input.answer });
      if ('refused' in found) return { kind: 'refused', sentence: found.refused };
      const answered = await dependencies.gate.answerCall({ tenant, runId, stepPath, decisionId, sentence, ...found });
      return settled(answered, tool);
    }),
  );
}

function toolOf(site: CallSite, { tool: name, agent }: SettleUnknownInput): Tool {
  // A step is named by the manifest; what a model asked for, by the tool itself.
  const found =
    agent === undefined
      ? site.job.tools[name]
      : Object.values(agentOf(site, agent).tools).find((tool) => tool.name === name);
  if (found !== undefined) return found;
  throw new JobError(
    'definition-changed',
    `This worker does not have the tool "${name}" whose call is answered; the run waits for a worker that does.`,
  );
}

async function foundOf(
  dependencies: ActivityDependencies,
  asked: { site: CallSite; tool: Tool; answer: Answer },
): Promise<Pick<CallAnswer, 'verdict' | 'result'> | { readonly refused: string }> {
  const { site, tool, answer } = asked;
  switch (answer.kind) {
    case 'happened': {
      if (answer.output === undefined) return { verdict: 'accepted' };
      const result = givenResult(tool, {
        ref: answer.output,
        output: await readJson(dependencies, site.tenant, answer.output),
      });
      if ('refused' in result) return result;
      // Plain data; that its interface has no index signature keeps it from counting as JSON.
      return { verdict: 'accepted', result: result as unknown as Json };
    }
    case 'did-not-happen':
      return { verdict: answer.next === 'repeat' ? 'repeat' : 'rejected' };
    case 'corrected':
    case 'rejected':
      return { refused: `Whether "${tool.name}" took place is asked, not what it should have been.` };
    default:
      return assertNever(answer);
  }
}

function settled(
  answered: Awaited<ReturnType<ActivityDependencies['gate']['answerCall']>>,
  tool: Tool,
): SettledUnknown {
  switch (answered) {
    case 'settled':
      return { kind: 'settled' };
    case 'needs-output':
      return {
        kind: 'refused',
        sentence: `"${tool.name}" took place, but what the receiver answered is not known; answer again with the output, or have it end.`,
      };
    case 'not-open':
      return {
        kind: 'refused',
        sentence: `The ledger has no open question about "${tool.name}"; look at the call there.`,
      };
    case 'no-decision':
      return { kind: 'refused', sentence: 'The answer is not among the stored decisions; give it through the client.' };
    default:
      return assertNever(answered);
  }
}
