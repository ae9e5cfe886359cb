import { assertNever } from '../domain/assert-never.ts';
import type { BlobRef, StepPath } from '../domain/ids.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { AgentSkeleton } from '../domain/skeleton.ts';
import type {
  AgentToolResult,
  Judgement,
  PlannedCall,
  StepInput,
  StepResult,
  TurnDecision,
} from '../activities/types.ts';
import { available, committed, Stopwatch } from './committed.ts';
import { failRun, lastWords, outOfTime } from './fail-run.ts';
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
export async function runAgent(
  run: RunState,
  agent: { readonly name: string; readonly step: AgentSkeleton },
  input: StepInput,
): Promise<StepResult> {
  const { name, step: skeleton } = agent;
  const loop: AgentLoop = {
    run,
    name,
    path: run.path(name),
    skeleton,
    startedMs: Date.now(),
    held: new Stopwatch(),
    seen: new Map(),
    input,
    cursor: 0,
    outputs: 0,
  };
  for (let turn = 1; turn <= skeleton.turns; turn += 1) {
    const result = await act(loop, turn, await modelTurn(loop, turn));
    if (result !== undefined) return result;
  }
  return failRun(
    'turn-limit',
    `The agent "${name}" made ${skeleton.turns} model calls without an accepted output, the most it is allowed.`,
  );
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
  const { modelTimeoutMs: timeoutMs } = skeleton;
  const perform = inTime(loop, (withinMs) =>
    run
      .call(stepPath, `model turn ${turn} of ${name}`, { timeoutMs, withinMs })
      .callModel({ ...site(run), agent: name, path, turn, cursor: loop.cursor, input: loop.input }),
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

async function callTool(
  loop: AgentLoop,
  turn: number,
  asked: { call: PlannedCall; message: number },
): Promise<AgentToolResult> {
  const { run, name, path, skeleton } = loop;
  const { tool, index, at, changes } = asked.call;
  const stepPath = run.path(`${path}/turn-${turn}/${tool}`);
  await enter(loop, stepPath);
  const timeoutMs =
    skeleton.tools[tool] ?? failRun('definition-changed', `The pinned definition has no tool "${tool}".`);
  const summary = `${tool} for ${name}, turn ${turn}`;
  const input = { ...site(run), agent: name, tool, path, message: asked.message, index, at };
  // What changes something is not cut off by the agent's time: whether it happened must be known before the run may end.
  const perform = changes
    ? () => run.call(stepPath, summary, { timeoutMs }).callAgentTool(input)
    : inTime(loop, (withinMs) => run.call(stepPath, summary, { timeoutMs, withinMs }).callAgentTool(input));
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
  const { output, at, id } = submitted;
  const perform = inTime(loop, (withinMs) =>
    run
      .call(stepPath, `verify ${name}`, { timeoutMs, withinMs })
      .judge({ ...site(run), agent: name, path, input: loop.input, output, at, id }),
  );
  const outcome = await available(run, { name: stepPath, held: loop.held }, perform);
  return outcome.kind === 'committed' ? outcome.value : failRun('unverified', outcome.sentence);
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

function lateSentence(loop: AgentLoop): string {
  const { withinMs } = loop.skeleton;
  const allowed = withinMs % 60_000 === 0 ? `${withinMs / 60_000} minutes` : `${withinMs / 1_000} seconds`;
  return `The agent "${loop.name}" worked for longer than its ${allowed}; raise \`budget.within\` of the job if that is too little.`;
}

function noteResult(loop: AgentLoop, call: PlannedCall | undefined, result: AgentToolResult): void {
  if (call !== undefined) noteSame(loop, `${call.tool} ${call.digest} ${result.ref}`);
}

function noteSame(loop: AgentLoop, what: string): void {
  const count = (loop.seen.get(what) ?? 0) + 1;
  loop.seen.set(what, count);
  if (count >= MAX_SAME) {
    const [tool] = what.split(' ');
    failRun(
      'no-progress',
      `The agent "${loop.name}" asked the same of "${tool}" ${MAX_SAME} times and got the same answer; it makes no progress.`,
    );
  }
}

function site(run: RunState): { tenant: RunState['start']['tenant']; definition: BlobRef } {
  return { tenant: run.start.tenant, definition: run.start.definition };
}
