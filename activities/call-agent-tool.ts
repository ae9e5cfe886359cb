import { cancellationSignal } from '@temporalio/activity';
import { canonicalJson } from '../domain/canonical.ts';
import { JobError } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import { placesOf } from '../domain/planned-call.ts';
import type { Agent } from '../jobs/agent.ts';
import { parseAs } from '../jobs/parse-as.ts';
import { READ_ON } from '../jobs/read-on.ts';
import type { Tool } from '../jobs/tool.ts';
import { agentOf, callSite, type CallSite, readJson, resolveInput, sameTool } from './call-site.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { heldCall } from './held-call.ts';
import { askedCalls, parseArguments } from './models/asked-calls.ts';
import { textOfTurn } from './earlier-turns.ts';
import { aliasOf } from './named-tools.ts';
import { readBackTool, viewOf } from './read-on.ts';
import { type ToolResult, useTool } from './tool-call.ts';
import { jsonBlob, readMessages, storable, type StoredMessage } from './transcript.ts';
import { translateErrors } from './translate-errors.ts';
import type { Activities, AgentToolResult, CallAgentToolInput } from './types.ts';

/** A tool that a model asked for; its result, or the receiver's refusal, becomes a tool message in the transcript. */
export function createCallAgentTool(dependencies: ActivityDependencies): Activities['callAgentTool'] {
  return translateErrors((input) =>
    heldCall(async () => {
      const site = await callSite(dependencies, input);
      const agent = agentOf(site, input.agent);
      const tool = await toolOf(dependencies, site, { agent, input });
      const asked = await askedCall(dependencies, site, input);
      const answer = (content: string): readonly StoredMessage[] =>
        asked.places.flatMap(({ at, id }) => storable(input.path, at, [{ role: 'tool', id, content }]));
      // What is read back, or settled by a person, may turn out to be another thing than was answered first.
      const toldLater = tool.readBack !== undefined || (input.answers ?? 0) > 0;
      const outcome = await useTool(dependencies, site, {
        tool,
        stepPath: site.stepPath,
        input: parseAs({ code: 'corrupt-blob', schema: tool.input, subject: 'A stored tool call' }, asked.arguments),
        signal: cancellationSignal(),
        answers: input.answers,
        ...(toldLater ? {} : { messages: (output: unknown) => answer(canonicalJson(output)) }),
      });
      return told(dependencies, site, { outcome, answer, toldLater, names: [tool.name, aliasOf(agent.tools, tool)] });
    }),
  );
}

async function toolOf(
  dependencies: ActivityDependencies,
  site: CallSite,
  { agent, input }: { agent: Agent; input: CallAgentToolInput },
): Promise<Tool> {
  if (input.tool === READ_ON && input.input !== undefined) {
    const { value } = await resolveInput(dependencies, site.tenant, input.input);
    const view = viewOf(site, { name: input.agent, agent }, value);
    return readBackTool(view, (turn) =>
      textOfTurn(dependencies, { ...site, agentPath: input.path }, { turn, to: input.message }),
    );
  }
  const found = Object.values(agent.tools).find((tool) => tool.name === input.tool);
  return sameTool(site, found, input.tool);
}

async function askedCall(
  dependencies: ActivityDependencies,
  site: CallSite,
  input: CallAgentToolInput,
): Promise<{ arguments: unknown; places: readonly { at: number; id: string }[] }> {
  const stored = await dependencies.gate.transcripts.read({
    ...site,
    agentPath: input.path,
    from: input.message,
    to: input.message + 1,
  });
  const [message] = readMessages(stored);
  if (message?.role !== 'assistant') throw missing();
  const places = placesOf(input, input.message);
  const asked = askedCalls(message.raw)[places[0].index];
  const read = asked === undefined ? undefined : parseArguments(asked.arguments);
  if (read === undefined || !('value' in read)) throw missing();
  return { arguments: read.value, places: places.map(({ index, at }) => ({ at, id: message.ids[index] ?? '' })) };
}

function missing(): JobError {
  return new JobError('corrupt-blob', 'The transcript does not hold the tool call that was planned.');
}

// A refusal is the model's to deal with; whatever else is not a result ends or holds the run.
async function told(
  dependencies: ActivityDependencies,
  site: CallSite,
  done: {
    outcome: Outcome<ToolResult>;
    answer: (content: string) => readonly StoredMessage[];
    toldLater: boolean;
    /** The tool's own name, and that which the model knows. */
    names: readonly [string, string];
  },
): Promise<Outcome<AgentToolResult>> {
  const { outcome, answer } = done;
  if (outcome.kind === 'rejected') {
    const refusal = { error: outcome.sentence.replaceAll(...done.names) };
    await dependencies.gate.transcripts.append({ ...site, messages: answer(canonicalJson(refusal)) });
    // Not the message's own reference, which the call's id makes new each time.
    return { kind: 'committed', value: { kind: 'failed', ref: jsonBlob(refusal).ref } };
  }
  if (outcome.kind !== 'committed') return outcome;
  const { value } = outcome;
  if (value.kind === 'unreadable') return { kind: 'unknown', sentence: value.sentence };
  if (done.toldLater) {
    const output = canonicalJson(await readJson(dependencies, site.tenant, value.ref));
    await dependencies.gate.transcripts.append({ ...site, messages: answer(output) });
  }
  return { kind: 'committed', value: { kind: 'done', ref: value.ref } };
}
