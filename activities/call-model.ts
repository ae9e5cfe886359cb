import { cancellationSignal } from '@temporalio/activity';
import type { Settlement } from '../gate/index.ts';
import type { Json } from '../domain/canonical.ts';
import { JobError } from '../domain/errors.ts';
import type { BlobRef } from '../domain/ids.ts';
import type { Agent } from '../jobs/agent.ts';
import { digestOfJson } from '../domain/digest.ts';
import { type PinnedAgent } from '../jobs/definition.ts';
import { parseAs } from '../jobs/parse-as.ts';
import { agentOf, callSite, type CallSite, resolveInput, sameTool } from './call-site.ts';
import { decideTurn } from './decide-turn.ts';
import type { ActivityDependencies, ModelEndpoint } from './dependencies.ts';
import { heldCall } from './held-call.ts';
import type { ModelMessage, ModelWay } from './models/dialect.ts';
import { offeredTools, openingOf, shownOf } from './opening.ts';
import { readMessages, storable, uniqueIds, usedIds } from './transcript.ts';
import { translateErrors } from './translate-errors.ts';
import type { Activities, CallModelInput, TurnDecision } from './types.ts';

const MODEL_TIMEOUT_MS = 120_000;

interface Turn {
  readonly site: CallSite;
  readonly agent: Agent;
  readonly pinned: PinnedAgent;
  readonly endpoint: ModelEndpoint;
  readonly input: CallModelInput;
  readonly given: { readonly value: unknown; readonly ref: BlobRef };
}

/**
 * One model turn: the transcript so far goes to the endpoint, the answer is stored word for word, and what it means
 * goes to the workflow.
 */
export function createCallModel(dependencies: ActivityDependencies): Activities['callModel'] {
  return translateErrors((input) =>
    heldCall(async () => {
      const turn = await prepare(dependencies, input);
      const { site, endpoint } = turn;
      const outcome = await dependencies.gate.perform(
        {
          tenant: site.tenant,
          runId: site.runId,
          stepPath: site.stepPath,
          name: input.agent,
          toolDigest: digestOfJson([turn.pinned.promptDigest, turn.pinned.tools, turn.pinned.output]),
          effect: 'model',
          class: 'A',
          target: { endpoint: endpoint.id },
          dataClass: site.pinned.dataClass,
          args: { agent: input.agent, input: turn.given.ref, turn: input.turn, cursor: input.cursor },
          timeoutMs: MODEL_TIMEOUT_MS,
        },
        { send: (context) => settle(dependencies, turn, context) },
        { signal: cancellationSignal() },
      );
      if (outcome.kind !== 'committed') return outcome;
      // The ledger keeps results as JSON; this one was written by `settle` below.
      return { kind: 'committed', value: outcome.value as unknown as TurnDecision };
    }),
  );
}

async function prepare(dependencies: ActivityDependencies, input: CallModelInput): Promise<Turn> {
  const site = await callSite(dependencies, input);
  const agent = agentOf(site, input.agent);
  const pinned = site.pinned.agents[input.agent];
  if (pinned === undefined)
    throw new JobError('definition-changed', `The run's definition has no agent "${input.agent}".`);
  for (const tool of Object.values(agent.tools)) sameTool(site, tool, tool.name);
  const given = await resolveInput(dependencies, site.tenant, input.input);
  return { site, agent, pinned, endpoint: endpointFor(dependencies, pinned), input, given };
}

/** The first endpoint of the agent's list that this worker knows; the gate refuses it when it is not cleared. */
function endpointFor(dependencies: ActivityDependencies, pinned: PinnedAgent): ModelEndpoint {
  const { endpoints } = dependencies;
  const [only] = endpoints;
  if (only !== undefined && endpoints.length === 1) return only;
  const named = pinned.endpoints.flatMap((name) => endpoints.filter((endpoint) => endpoint.id === name));
  const [first] = named;
  if (first !== undefined) return first;
  const known = endpoints.map((endpoint) => endpoint.id).join(', ') || 'none';
  throw new JobError(
    'invalid-config',
    `No endpoint is named ${pinned.endpoints.join(' or ')}; temporal.yaml has: ${known}.`,
  );
}

async function settle(dependencies: ActivityDependencies, turn: Turn, way: ModelWay): Promise<Settlement> {
  const { agent, pinned, endpoint, input } = turn;
  const before = await messagesSoFar(dependencies, turn);
  const opening = input.cursor === 0 ? before : [];
  const answer = await dependencies.dialect.complete(
    {
      address: endpoint.address,
      model: endpoint.model,
      messages: before,
      tools: offeredTools(agent, pinned),
      timeoutMs: MODEL_TIMEOUT_MS,
    },
    way,
  );
  const seq = input.cursor + opening.length;
  const ids = uniqueIds(
    answer.calls.map((call) => call.id),
    usedIds(before),
    seq,
  );
  const decided = decideTurn(agent, { answer, seq, ids });
  const said: ModelMessage = { role: 'assistant', raw: answer.raw, ids };
  const stored = [
    ...storable(input.path, input.cursor, [...opening, said]),
    ...decided.told.flatMap(({ seq: at, message }) => storable(input.path, at, [message])),
  ];
  const decision = {
    ...decided.decision,
    ...(decided.decision.kind === 'tools' ? { message: seq } : {}),
    cursor: decided.cursor,
    input: turn.given.ref,
  };
  return {
    // Plain data throughout; that its interfaces have no index signature keeps it from counting as JSON.
    result: decision as unknown as Json,
    blobs: [...stored.map((message) => message.blob), ...(decided.output === undefined ? [] : [decided.output])],
    messages: stored.map((message) => message.message),
    model: answer.model,
    turns: 1,
    ...(answer.usage === undefined ? {} : { usage: answer.usage }),
  };
}

async function messagesSoFar(dependencies: ActivityDependencies, turn: Turn): Promise<readonly ModelMessage[]> {
  const { site, agent, pinned, input, given } = turn;
  if (input.cursor > 0) {
    return readMessages(
      await dependencies.gate.transcripts.read({ ...site, agentPath: input.path, from: 0, to: input.cursor }),
    );
  }
  const value = parseAs(
    { code: 'invalid-input', schema: agent.input, subject: `What the agent "${input.agent}" was given` },
    given.value,
  );
  return openingOf(pinned, shownOf(agent, value));
}
