import { patched } from '@temporalio/workflow';
import { assertNever } from '../domain/assert-never.ts';
import type { BlobRef, StepPath } from '../domain/ids.ts';
import type { Outcome } from '../domain/outcome.ts';
import { type PlannedCall, stepNameOf } from '../domain/planned-call.ts';
import type { AgentToolResult, Judgement, StepInput, StepResult, TurnDecision } from '../activities/types.ts';
import {
  type AgentLoop,
  type AgentState,
  firstState,
  loopFrom,
  type PlacedAgent,
  stateOf,
  verifyName,
} from './agent-loop.ts';
import { lateSentence, limitSentence } from './agent-sentences.ts';
import { callPlace } from './call-place.ts';
import { available, committed, valueOf } from './committed.ts';
import { correctByPerson, type Uncorrected } from './correct-by-person.ts';
import { failRun, lastWords, outOfTime } from './fail-run.ts';
import { HandOver } from './hand-over.ts';
import { endByFindings } from './judged.ts';
import { noteFailed, noteResult } from './no-progress.ts';
import { runInPart } from './run-in-part.ts';
import type { RunState } from './run-state.ts';
import { settleUnknown } from './settle-unknown.ts';

// At the first endpoint one output and one more with the findings in hand; at each further one, which has them all, one.
const OUTPUTS_AT_FIRST = 2;
const OUTPUTS_AT_NEXT = 1;
// Then it goes on in a part, whose history begins anew.
const TURNS_AT_ONCE = 20;
// Of an execution of a part: what it hands on stands twice in histories, so not more often than recovery asks for.
const TURNS_OF_PART = 60;
// Open runs of versions before parts go on as they began.
const GOES_ON_IN_PART = 'agent-in-part';
// Of an agent without verifiers, whose corrected output is held against its schema alone.
const VERIFY_TIMEOUT_MS = 60_000;

type Submitted = Extract<TurnDecision, { kind: 'submitted' }>;

/**
 * Model turns with tool calls until an output passes every verifier. An output that fails twice at the first endpoint goes on to
 * the next ones and then to a person, and so does a refusal of the model, at once. Ends the run at the turn cap, past the agent's
 * time, or when the same call brings the same answer three times; reads are counted anew once an effect has brought an answer that
 * was not seen before.
 */
export async function runAgent(run: RunState, agent: PlacedAgent, input: StepInput): Promise<StepResult> {
  const loop = loopFrom(run, agent, firstState(input, agent.tools));
  for (let turn = 1; turn <= loop.skeleton.turns; turn += 1) {
    // Asked for last: an answer of it stands in the history.
    if ((turn > TURNS_AT_ONCE || run.isLong) && patched(GOES_ON_IN_PART))
      return runAgentInPart(run, agent, stateOf(loop, turn));
    const result = await act(loop, turn, await modelTurn(loop, turn));
    if (result !== undefined) return result;
  }
  return failRun('turn-limit', limitSentence(loop));
}

/** A whole agent in a part of its own, from its first turn on or from where it stands. */
export async function runAgentInPart(run: RunState, agent: PlacedAgent, state: AgentState): Promise<StepResult> {
  const { name, path, step } = agent;
  const { output, facts } = await runInPart(run, {
    path,
    steps: { [name]: step },
    work: { kind: 'agent', name, state },
  });
  return { ref: output, facts };
}

/** The next turns of an agent that runs in a part: what it came to, or from where its next execution goes on. */
export async function continueAgent(
  run: RunState,
  agent: PlacedAgent,
  state: AgentState,
): Promise<{ readonly result: StepResult } | { readonly next: AgentState }> {
  const loop = loopFrom(run, agent, state);
  if (state.given !== undefined) run.questions.given.goOn(state.given);
  for (let turn = state.turn; turn <= loop.skeleton.turns; turn += 1) {
    const before = stateOf(loop, turn);
    if (turn >= state.turn + TURNS_OF_PART || run.isLong) return { next: before };
    const { turns } = run;
    try {
      const result = await act(loop, turn, await modelTurn(loop, turn));
      if (result !== undefined) return { result };
      run.questions.given.done();
    } catch (error) {
      if (!(error instanceof HandOver)) throw error;
      // What the turn has done already is answered again from the ledger, and counts once.
      run.turns = turns;
      return { next: { ...before, heldMs: loop.held.heldMs, ...run.questions.given.handedOn } };
    }
  }
  return failRun('turn-limit', limitSentence(loop));
}

async function act(loop: AgentLoop, turn: number, decision: TurnDecision): Promise<StepResult | undefined> {
  loop.seenNow.clear();
  loop.cursor = decision.cursor;
  if (decision.input !== undefined) loop.input = { ref: decision.input };
  loop.rungs = decision.routed?.rungs ?? 1;
  switch (decision.kind) {
    case 'tools':
      noteFailed(loop, decision.failed);
      await callTools(loop, turn, decision);
      return undefined;
    case 'submitted':
      return accept(loop, decision);
    case 'again':
      noteFailed(loop, decision.failed);
      return undefined;
    case 'refused':
      return toPerson(loop, { findings: [], sentence: decision.sentence, otherwise: 'model-refused' });
    default:
      return assertNever(decision);
  }
}

async function modelTurn(loop: AgentLoop, turn: number): Promise<TurnDecision> {
  const { run, name, path, skeleton } = loop;
  const stepPath = `${path}/turn-${turn}` as StepPath;
  await enter(loop, stepPath);
  const { modelTimeoutMs: timeoutMs } = skeleton;
  const perform = inTime(loop, (withinMs) =>
    run
      .call(stepPath, `model turn ${turn} of ${name}`, { timeoutMs, withinMs })
      .callModel({ ...site(run), agent: name, path, turn, cursor: loop.cursor, input: loop.input, ...whereUsed(loop) }),
  );
  const decision = await committed(run, { name: stepPath, held: loop.held }, perform);
  run.turns += 1;
  return decision;
}

// Reads run side by side; a call that changes something runs alone, in the order the model asked for.
async function callTools(
  loop: AgentLoop,
  turn: number,
  decision: Extract<TurnDecision, { kind: 'tools' }>,
): Promise<void> {
  const { calls, message } = decision;
  if (calls.every(({ changes }) => changes !== true)) {
    // All of them end before the run may: an early failure must not leave calls behind that nobody awaits.
    const results = await Promise.allSettled(calls.map((call) => callTool(loop, turn, { call, message })));
    results.forEach((result, index) => noteResult(loop, calls[index], settledValue(result)));
    return;
  }
  for (const call of calls) noteResult(loop, call, await callTool(loop, turn, { call, message }));
}

function settledValue<Value>(result: PromiseSettledResult<Value>): Value {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

async function callTool(
  loop: AgentLoop,
  turn: number,
  asked: { call: PlannedCall; message: number },
): Promise<AgentToolResult> {
  const { run, name, path, skeleton } = loop;
  const { tool, changes } = asked.call;
  const alias = stepNameOf(asked.call);
  const stepPath = run.path(`${path}/turn-${turn}/${alias}`);
  await enter(loop, stepPath);
  const timeoutMs =
    skeleton.tools[tool] ?? failRun('definition-changed', `The pinned definition has no tool "${tool}".`);
  const summary = `${alias} for ${name}, turn ${turn}`;
  const place = { message: asked.message, ...callPlace(asked.call) };
  const input = { ...site(run), agent: name, tool, path, ...place, input: loop.input };
  const call = { name: stepPath, held: loop.held };
  if (changes !== true) {
    const perform = inTime(loop, (withinMs) =>
      run.call(stepPath, summary, { timeoutMs, withinMs }).callAgentTool(input),
    );
    return committed(run, call, perform);
  }
  // What changes something is not cut off by the agent's time: whether it happened must be known before the run may end.
  const perform = (answers: number): Promise<Outcome<AgentToolResult>> =>
    run.call(stepPath, summary, { timeoutMs }).callAgentTool(answers === 0 ? input : { ...input, answers });
  const outcome = await available(run, call, () => perform(run.questions.given.timesSettled(stepPath)));
  if (outcome.kind !== 'unknown') return valueOf(run, outcome);
  return valueOf(run, await settleUnknown(run, { ...call, agent: name, tool, outcome }, perform));
}

async function accept(loop: AgentLoop, submitted: Submitted): Promise<StepResult | undefined> {
  const result: StepResult = { ref: submitted.output, facts: submitted.facts };
  loop.outputs += 1;
  const { at, id } = submitted;
  if (loop.skeleton.verifyTimeoutMs === undefined) return result;
  const judgement = await verify(loop, { output: submitted.output, told: { at, id } });
  switch (judgement.kind) {
    case 'pass':
      return result;
    case 'abstain':
      return failRun('unverified', judgement.sentence);
    case 'fail': {
      const { findings } = judgement;
      if (findings.every((finding) => finding.of === 'source')) return endByFindings(findings);
      if (mayTryAgain(loop)) return undefined;
      return toPerson(loop, { artefact: submitted.output, findings, otherwise: 'verification-failed' });
    }
    default:
      return assertNever(judgement);
  }
}

// The ladder: the same endpoint once more, then each further one.
function mayTryAgain(loop: AgentLoop): boolean {
  if (loop.outputs < (loop.rung === 0 ? OUTPUTS_AT_FIRST : OUTPUTS_AT_NEXT)) return true;
  if (loop.rung + 1 >= loop.rungs) return false;
  loop.rung += 1;
  loop.outputs = 0;
  return true;
}

function toPerson(
  loop: AgentLoop,
  what: Pick<Uncorrected, 'artefact' | 'findings' | 'sentence' | 'otherwise'>,
): Promise<StepResult> {
  const { run, name, path, input, held } = loop;
  const source = 'ref' in input ? { source: input.ref } : {};
  return correctByPerson(run, { path, agent: name, held, ...source, ...what }, (output) => verify(loop, { output }));
}

async function verify(
  loop: AgentLoop,
  made: { output: BlobRef; told?: { at: number; id: string } },
): Promise<Judgement> {
  const { run, name, path, skeleton } = loop;
  const stepPath = run.path(verifyName(path));
  await enter(loop, stepPath);
  const { verifyTimeoutMs: timeoutMs = VERIFY_TIMEOUT_MS } = skeleton;
  const perform = inTime(loop, (withinMs) =>
    run
      .call(stepPath, `verify ${name}`, { timeoutMs, withinMs })
      .judge({ ...site(run), agent: name, path, input: loop.input, ...made }),
  );
  const outcome = await available(run, { name: stepPath, held: loop.held }, perform);
  return outcome.kind === 'committed' ? outcome.value : failRun('unverified', outcome.sentence);
}

// What most runs do not use costs them no bytes.
function whereUsed({ rung, tools }: AgentLoop): { rung?: number; tools?: readonly string[] } {
  return { ...(rung === 0 ? {} : { rung }), ...(tools === undefined ? {} : { tools }) };
}

async function enter(loop: AgentLoop, stepPath: StepPath): Promise<void> {
  const paused = loop.run.enter(stepPath);
  if (paused !== undefined) await loop.held.during(() => paused);
  if (remaining(loop) <= 0) failRun('deadline-exceeded', lateSentence(loop));
}

/** Performs a call in the time that the agent has left when it is asked, or ends the run; an outage is no loss of its time. */
function inTime<Value>(
  loop: AgentLoop,
  perform: (withinMs: number) => Promise<Outcome<Value>>,
): () => Promise<Outcome<Value>> {
  return async () => {
    try {
      return await perform(remaining(loop));
    } catch (error) {
      const late = outOfTime(error);
      if (late === undefined) throw error;
      const { last } = late;
      if (last?.type === 'unavailable')
        return { kind: 'unavailable', why: last.type, waitMs: 0, sentence: last.message };
      return failRun('deadline-exceeded', `${lateSentence(loop)}${lastWords(late)}`);
    }
  };
}

function remaining(loop: AgentLoop): number {
  return loop.skeleton.withinMs - (Date.now() - loop.startedMs - loop.held.heldMs);
}

function site(run: RunState): { tenant: RunState['start']['tenant']; definition: BlobRef } {
  return { tenant: run.start.tenant, definition: run.start.definition };
}
