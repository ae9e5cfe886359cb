import { cancellationSignal } from '@temporalio/activity';
import type { Settlement } from '../gate/index.ts';
import type { Json } from '../domain/canonical.ts';
import type { Outcome } from '../domain/outcome.ts';
import { endpointFailure } from '../domain/endpoint-failure.ts';
import { MODEL_TIMEOUT_MS } from '../domain/model-timeout.ts';
import { shortCall } from '../domain/planned-call.ts';
import type { RoutingRecord } from '../domain/routing-record.ts';
import { leastTokens, wasCutShort } from '../domain/token-estimate.ts';
import { JobError } from '../domain/errors.ts';
import type { BlobRef } from '../domain/ids.ts';
import type { Agent } from '../jobs/agent.ts';
import type { Tool } from '../jobs/tool.ts';
import { digestOfJson } from '../domain/digest.ts';
import { endpointsNamed } from '../jobs/check-endpoints.ts';
import { type PinnedAgent } from '../jobs/definition.ts';
import { type Asked, askEndpoints, CutShortError } from './ask-endpoints.ts';
import { agentOf, callSite, type CallSite, resolveInput, sameTool } from './call-site.ts';
import { type Decided, decideTurn } from './decide-turn.ts';
import type { ActivityDependencies, ModelEndpoint } from './dependencies.ts';
import { heldCall } from './held-call.ts';
import { askedCalls } from './models/asked-calls.ts';
import type { ModelAnswer, ModelMessage, ModelRequest, ModelWay } from './models/dialect.ts';
import { asNamed, type NamedTool, toolsInRun } from './named-tools.ts';
import { offeredTools, openingOf } from './opening.ts';
import { withoutTurns } from './earlier-turns.ts';
import { readBackTool, type View, viewOf } from './read-on.ts';
import { turnCharacters } from './shown-turns.ts';
import { storable, uniqueIds, usedIds } from './transcript.ts';
import { translateErrors } from './translate-errors.ts';
import type { Activities, CallModelInput, TurnDecision } from './types.ts';

interface Turn {
  readonly site: CallSite;
  readonly agent: Agent;
  readonly pinned: PinnedAgent;
  /** In the agent's order. */
  readonly endpoints: readonly ModelEndpoint[];
  readonly input: CallModelInput;
  readonly given: { readonly value: unknown; readonly ref: BlobRef };
  /** The agent's own tools in this run. */
  readonly own: readonly NamedTool[];
  /** Those that the engine offers beside the agent's own. */
  readonly builtIn: readonly Tool[];
  /** The transcript that goes to the endpoint. */
  readonly before: readonly ModelMessage[];
  /** How many tokens that is at least. */
  readonly atLeast: number;
}

/** What the ledger keeps of a turn. */
type StoredTurn = TurnDecision & { readonly routing?: RoutingRecord };

/**
 * One model turn: the transcript so far goes to the first endpoint that answers, the answer is stored word for word, and what it
 * means goes to the workflow.
 */
export function createCallModel(dependencies: ActivityDependencies): Activities['callModel'] {
  return translateErrors((input) =>
    heldCall(async () => {
      const turn = await prepare(dependencies, input);
      const { endpoints, atLeast, site } = turn;
      const needs = { dataClass: site.pinned.dataClass, inputTokens: atLeast, tools: true, rung: input.rung ?? 0 };
      // One endpoint has nothing to be chosen by; the gate knows whether it may be asked.
      const coolDowns = endpoints.length > 1 ? await dependencies.gate.endpoints.cooling() : [];
      const outcome = await askEndpoints({ endpoints, needs, coolDowns }, (asked) =>
        perform(dependencies, turn, asked),
      );
      if (isRefusal(outcome))
        return { kind: 'committed', value: refusedTurn(turn, `The model refused: ${outcome.sentence}`) };
      if (outcome.kind !== 'committed') return outcome;
      // The ledger keeps results as JSON; this one was written by `settle` below. How it was routed is for people.
      const { routing: _, ...decision } = outcome.value as unknown as StoredTurn;
      return { kind: 'committed', value: decision };
    }),
  );
}

// Some say in a message that they will not, others by their status.
function isRefusal(outcome: Outcome<Json>): outcome is Extract<Outcome<Json>, { kind: 'rejected' }> {
  return outcome.kind === 'rejected' && endpointFailure(outcome)?.kind === 'declined';
}

function refusedTurn(turn: Turn, sentence: string): TurnDecision {
  return { kind: 'refused', sentence, cursor: turn.input.cursor, ...asBlob(turn) };
}

// All of it stands in the run's history, so what can be told from the rest is left out.
function shortened(decision: Decided['decision'], seq: number): object {
  if (decision.kind !== 'tools' && decision.kind !== 'again') return decision;
  const { failed, ...rest } = decision;
  const calls = rest.kind === 'tools' ? { message: seq, calls: rest.calls.map((call) => shortCall(call, seq)) } : {};
  return { ...rest, ...calls, ...(failed.length === 0 ? {} : { failed }) };
}

// What was given by reference is known to the workflow, and all of this stands in its history.
function asBlob({ input, given }: Turn): { input?: BlobRef } {
  return 'ref' in input.input ? {} : { input: given.ref };
}

// Everything but the target is the same for every endpoint: it is one call, whoever answers it.
function perform(dependencies: ActivityDependencies, turn: Turn, asked: Asked): Promise<Outcome<Json>> {
  const { site, input, pinned } = turn;
  return dependencies.gate.perform(
    {
      tenant: site.tenant,
      runId: site.runId,
      stepPath: site.stepPath,
      name: input.agent,
      toolDigest: digestOfJson([pinned.promptDigest, pinned.tools, pinned.output]),
      effect: 'model',
      class: 'A',
      target: { endpoint: asked.endpoint.id, lastResort: asked.lastResort },
      dataClass: site.pinned.dataClass,
      args: {
        agent: input.agent,
        input: turn.given.ref,
        turn: input.turn,
        cursor: input.cursor,
        ...(input.tools === undefined ? {} : { tools: input.tools }),
      },
      timeoutMs: asked.endpoint.timeoutMs ?? MODEL_TIMEOUT_MS,
    },
    { send: (context) => settle(dependencies, { turn, asked }, context) },
    { signal: cancellationSignal() },
  );
}

async function prepare(dependencies: ActivityDependencies, input: CallModelInput): Promise<Turn> {
  const site = await callSite(dependencies, input);
  const agent = agentOf(site, input.agent);
  const pinned = site.pinned.agents[input.agent];
  if (pinned === undefined)
    throw new JobError('definition-changed', `The run's definition has no agent "${input.agent}".`);
  const own = toolsInRun({ name: input.agent, agent }, input.tools);
  for (const { tool } of own) sameTool(site, tool, tool.name);
  const given = await resolveInput(dependencies, site.tenant, input.input);
  const view = viewOf(site, { name: input.agent, agent }, given.value);
  const turn = { site, agent, pinned, endpoints: endpointsFor(dependencies, pinned), input, given, own };
  const shown = await shownSoFar(dependencies, turn, view);
  return { ...turn, ...shown, atLeast: leastTokens(shown.before.flatMap(countedTexts)) };
}

/** The endpoints of the agent's list that this worker knows. */
function endpointsFor({ endpoints }: ActivityDependencies, pinned: PinnedAgent): readonly ModelEndpoint[] {
  const named = endpointsNamed(pinned.endpoints, endpoints);
  if (named.length > 0) return named;
  const known = endpoints.map((endpoint) => endpoint.id).join(', ') || 'none';
  throw new JobError(
    'invalid-config',
    `No endpoint is named ${pinned.endpoints.join(' or ')}; temporal.yaml has: ${known}.`,
  );
}

// Of a model's own messages only its calls: servers leave out what it thought, and some of what it said.
function countedTexts(message: ModelMessage): readonly string[] {
  if (message.role !== 'assistant') return [message.content];
  return askedCalls(message.raw).map((call) => call.arguments);
}

function requestOf({ pinned, before, own, builtIn }: Turn, endpoint: ModelEndpoint): ModelRequest {
  const { address, model, maxOutputTokens, quirks, timeoutMs = MODEL_TIMEOUT_MS } = endpoint;
  const tools = offeredTools([...own, ...asNamed(builtIn)], pinned);
  return { address, model, messages: before, tools, maxOutputTokens, quirks, timeoutMs };
}

async function settle(
  dependencies: ActivityDependencies,
  { turn, asked }: { readonly turn: Turn; readonly asked: Asked },
  way: ModelWay,
): Promise<Settlement> {
  const { agent, input, before } = turn;
  const { endpoint } = asked;
  const opening = input.cursor === 0 ? before : [];
  const answer = await dependencies.dialect.complete(requestOf(turn, endpoint), way);
  const doubt = doubtOf(answer, turn, asked);
  const seq = input.cursor + opening.length;
  const ids = uniqueIds(
    answer.calls.map((call) => call.id),
    usedIds(before),
    seq,
  );
  const decided = decideTurn(agent, { answer, seq, ids }, [...turn.own, ...asNamed(turn.builtIn)]);
  const said: ModelMessage = { role: 'assistant', raw: answer.raw, ids };
  const stored = [
    ...storable(input.path, input.cursor, [...opening, said]),
    ...decided.told.flatMap(({ seq: at, message }) => storable(input.path, at, [message])),
  ];
  const decision = {
    ...shortened(decided.decision, seq),
    cursor: decided.cursor,
    ...asBlob(turn),
    ...(asked.rungs === 1 ? {} : { routed: { rungs: asked.rungs } }),
    routing: asked.recordOf(doubt),
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

/**
 * What makes an endpoint's count of the input doubtful. Where it must have cut the call short and another endpoint takes in more,
 * its answer does not count; else it is only noted, since some endpoints count wrongly.
 */
function doubtOf(
  { usage, refusal }: ModelAnswer,
  { atLeast }: Turn,
  { endpoint, largerExists }: Asked,
): string | undefined {
  const reported = usage === undefined ? 0 : usage.inputTokens;
  if (!wasCutShort(reported === 0 ? undefined : reported + (usage?.cachedTokens ?? 0), atLeast)) return undefined;
  // A refusal is an answer, and goes to no other model.
  if (largerExists && refusal === undefined) throw new CutShortError(endpoint.id, { reported, atLeast });
  return `it reports ${reported} of at least ${atLeast} input tokens`;
}

async function shownSoFar(
  dependencies: ActivityDependencies,
  { site, pinned, input, endpoints }: Pick<Turn, 'site' | 'pinned' | 'input' | 'endpoints'>,
  view: View,
): Promise<Pick<Turn, 'before' | 'builtIn'>> {
  if (input.cursor === 0) return { before: openingOf(pinned, view), builtIn: view.tools };
  const of = { tenant: site.tenant, runId: site.runId, agentPath: input.path };
  const { cursor } = input;
  const most = (opening: number): number => (view.mayReadOn ? turnCharacters(endpoints, opening) : Infinity);
  const { messages, left } = await dependencies.transcriptMemory.shown(dependencies.gate.transcripts, of, {
    cursor,
    most,
  });
  if (left.turns === 0) return { before: messages, builtIn: view.tools };
  // What it reads back is read when it is called; here it is offered, and its arguments are checked.
  return { before: withoutTurns(messages, left), builtIn: [readBackTool(view, async () => undefined)] };
}
