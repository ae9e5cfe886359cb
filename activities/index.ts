import { withBlobMemory } from './blob-memory.ts';
import { createCallAgentTool } from './call-agent-tool.ts';
import { createCallModel } from './call-model.ts';
import { createCallTool } from './call-tool.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { createEnterChild, createLookAtChild } from './enter-child.ts';
import { createJudge } from './judge.ts';
import { createGatherOutcomes, createKeepOutcomes, createReadItems } from './map-items.ts';
import { createCloseRun, createNoteStatus } from './run-status.ts';
import { createSettleLeftovers } from './settle-leftovers.ts';
import { createSettleUnknown } from './settle-unknown.ts';
import { TranscriptMemory } from './transcript-memory.ts';
import type { Activities } from './types.ts';
import { withinPayload } from './within-payload.ts';

export type { ActivityDependencies } from './dependencies.ts';
export { createGovernedCall } from './governed-call.ts';
export { chatCompletions } from './models/chat-completions.ts';
export { translateErrors } from './translate-errors.ts';
export type { Activities } from './types.ts';

/** All Activities of a call worker. */
export function createActivities(given: Omit<ActivityDependencies, 'transcriptMemory'>): Activities {
  const dependencies = { ...given, gate: withBlobMemory(given.gate), transcriptMemory: new TranscriptMemory() };
  return withinPayload({
    callTool: createCallTool(dependencies),
    callAgentTool: createCallAgentTool(dependencies),
    callModel: createCallModel(dependencies),
    judge: createJudge(dependencies),
    settleUnknown: createSettleUnknown(dependencies),
    noteStatus: createNoteStatus(dependencies),
    closeRun: createCloseRun(dependencies),
    settleLeftovers: createSettleLeftovers(dependencies),
    readItems: createReadItems(dependencies),
    keepOutcomes: createKeepOutcomes(dependencies),
    gatherOutcomes: createGatherOutcomes(dependencies),
    enterChild: createEnterChild(dependencies),
    lookAtChild: createLookAtChild(dependencies),
  });
}
