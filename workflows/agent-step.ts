import { assertNever } from '../domain/assert-never.ts';
import type { BlobRef, StepPath } from '../domain/ids.ts';
import type { AgentSkeleton } from '../domain/skeleton.ts';
import type { AgentToolResult, Judgement, PlannedCall, StepInput, StepResult, TurnDecision } from '../activities/types.ts';
import { available, committed, type Stopwatch } from './committed.ts';
import { failRun } from './fail-run.ts';
import { endByFindings } from './judged.ts';
import type { RunState } from './run-state.ts';

// The first output and one more with the findings in hand.
const MAX_OUTPUTS = 2;
const MAX_SAME = 3;

interface AgentLoop {
  readonly run: RunState;
  readonly name: string;
  readonly path: StepPath;
  readonly skeleton: AgentSkeleton;
  readonly startedMs: number;
  readonly held: Stopwatch;
  readonly seen: Map<string, number>;
  input: StepInput;
  cursor: number;
  outputs: number;
}

type Submitted = Extract<TurnDecision, { kind: 'submitted' }>;

/**
 * Model turns with tool calls until an output passes every verifier. Ends the run after a second output that fails, at
 * the turn cap, past the agent's time, when the model refuses, or when the same call brings the same answer three times.
 */
export async function runAgent(run: RunState, name: string, skeleton: AgentSkeleton, input: StepInput): Promise<StepResult> {
  const loop: AgentLoop = {
    run,
    name,
    path: run.path(name),
    skeleton,
    startedMs: Date.now(),
    held: { heldMs: 0 },
    seen: new Map(),
    input,
    cursor: 0,
    outputs: 0,
  };
  for (let turn = 1; turn <= skeleton.turns; turn += 1) {
    const result = await act(loop, turn, await modelTurn(loop, turn));
    if (result !== undefined) return result;
  }
  return failRun('turn-limit', `The agent "${name}" made ${skeleton.turns} model calls without an accepted output, the most it is allowed.`);
}

async function act(loop: AgentLoop, turn: number, decision: TurnDecision): Promise<StepResult | undefined> {
  loop.cursor = decision.cursor;
  loop.input = { ref: decision.input };
  switch (decision.kind) {
    case 'tools':
      for (const digest of decision.failed) noteSame(loop, digest);
      await callTools(loop, turn, decision);
      return undefined;
    case 'submitted':
      return accept(loop, decision);
    case 'again':
      for (const digest of decision.failed) noteSame(loop, digest);
      return undefined;
    case 'refused':
      return failRun('model-refused', decision.sentence);
    default:
      return assertNever(decision);
  }
}

async function modelTurn(loop: AgentLoop, turn: number): Promise<TurnDecision> {
  const { run, name, path, skeleton } = loop;
  const stepPath = `${path}/turn-${turn}` as StepPath;
  await enter(loop, stepPath);
  const decision = await committed(run, { name: stepPath, held: loop.held }, () =>
    run.call(stepPath, `model turn ${turn} of ${name}`, { timeoutMs: skeleton.modelTimeoutMs, withinMs: remaining(loop) }).callModel({
      ...site(run),
      agent: name,
      path,
      turn,
      cursor: loop.cursor,
      input: loop.input,
    }),
  );
  run.turns += 1;
  return decision;
}

// Reads run side by side; a call that changes something runs alone, in the order the model asked for.
async function callTools(loop: AgentLoop, turn: number, decision: Extract<TurnDecision, { kind: 'tools' }>): Promise<void> {
  const { calls, message } = decision;
  if (calls.every((call) => !call.changes)) {
    // All of them end before the run may: an early failure must not leave calls behind that nobody awaits.
    const results = await Promise.allSettled(calls.map((call) => callTool(loop, turn, { call, message })));
    results.forEach((result, index) => noteResult(loop, calls[index], valueOf(result)));
    return;
  }
  for (const call of calls) noteResult(loop, call, await callTool(loop, turn, { call, message }));
}

function valueOf<Value>(result: PromiseSettledResult<Value>): Value {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

async function callTool(loop: AgentLoop, turn: number, asked: { call: PlannedCall; message: number }): Promise<AgentToolResult> {
  const { run, name, path, skeleton } = loop;
  const { tool, index, at } = asked.call;
  const stepPath = run.path(`${path}/turn-${turn}/${tool}`);
  await enter(loop, stepPath);
  const timeoutMs = skeleton.tools[tool] ?? failRun('definition-changed', `The pinned definition has no tool "${tool}".`);
  const perform = (): ReturnType<ReturnType<RunState['call']>['callAgentTool']> =>
    run
      .call(stepPath, `${tool} for ${name}, turn ${turn}`, { timeoutMs, withinMs: remaining(loop) })
      .callAgentTool({ ...site(run), agent: name, tool, path, message: asked.message, index, at });
  return committed(run, { name: stepPath, held: loop.held }, perform);
}

async function accept(loop: AgentLoop, submitted: Submitted): Promise<StepResult | undefined> {
  const result: StepResult = { ref: submitted.output, facts: submitted.facts };
  loop.outputs += 1;
  if (loop.skeleton.verifyTimeoutMs === undefined) return result;
  const judgement = await verify(loop, submitted, loop.skeleton.verifyTimeoutMs);
  switch (judgement.kind) {
    case 'pass':
      return result;
    case 'abstain':
      return failRun('unverified', judgement.sentence);
    case 'fail':
      if (loop.outputs >= MAX_OUTPUTS || judgement.findings.every((finding) => finding.of === 'source')) {
        return endByFindings(judgement.findings);
      }
      return undefined;
    default:
      return assertNever(judgement);
  }
}

async function verify(loop: AgentLoop, submitted: Submitted, timeoutMs: number): Promise<Judgement> {
  const { run, name, path } = loop;
  const stepPath = run.path(`${path}/verify`);
  await enter(loop, stepPath);
  const outcome = await available(run, { name: stepPath, held: loop.held }, () =>
    run.call(stepPath, `verify ${name}`, { timeoutMs, withinMs: remaining(loop) }).judge({
      ...site(run),
      agent: name,
      path,
      input: loop.input,
      output: submitted.output,
      at: submitted.at,
      id: submitted.id,
    }),
  );
  return outcome.kind === 'committed' ? outcome.value : failRun('unverified', outcome.sentence);
}

async function enter(loop: AgentLoop, stepPath: StepPath): Promise<void> {
  const since = Date.now();
  await loop.run.enter(stepPath);
  loop.held.heldMs += Date.now() - since;
  if (remaining(loop) <= 0) failRun('deadline-exceeded', lateSentence(loop));
}

function remaining(loop: AgentLoop): number {
  return loop.skeleton.withinMs - (Date.now() - loop.startedMs - loop.held.heldMs);
}

function lateSentence(loop: AgentLoop): string {
  const minutes = Math.round(loop.skeleton.withinMs / 60_000);
  return `The agent "${loop.name}" worked for longer than its ${minutes} minutes; raise \`budget.within\` of the job if that is too little.`;
}

function noteResult(loop: AgentLoop, call: PlannedCall | undefined, result: AgentToolResult): void {
  if (call !== undefined) noteSame(loop, `${call.tool} ${call.digest} ${result.ref}`);
}

function noteSame(loop: AgentLoop, what: string): void {
  const count = (loop.seen.get(what) ?? 0) + 1;
  loop.seen.set(what, count);
  if (count >= MAX_SAME) {
    const [tool] = what.split(' ');
    failRun('no-progress', `The agent "${loop.name}" asked the same of "${tool}" ${MAX_SAME} times and got the same answer; it makes no progress.`);
  }
}

function site(run: RunState): { tenant: RunState['start']['tenant']; definition: BlobRef } {
  return { tenant: run.start.tenant, definition: run.start.definition };
}
