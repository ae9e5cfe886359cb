import { canonicalJson, type Json } from '../domain/canonical.ts';
import { digestOf, refOf } from '../domain/digest.ts';
import { JobError } from '../domain/errors.ts';
import { checkFacts, type Facts } from '../domain/facts.ts';
import type { BlobRef, StepPath } from '../domain/ids.ts';
import type { RecordedCall, RunRecord } from '../gate/client-store.ts';
import type { Agent } from '../jobs/agent.ts';
import type { Job } from '../jobs/job.ts';
import { parseAs } from '../jobs/parse-as.ts';
import type { Tool } from '../jobs/tool.ts';
import type { EditedCall } from './plan-fork.ts';

/** What of a run's record a fork is to have otherwise. */
export interface ForkEdit {
  /** The input of the run. */
  readonly input?: Json;
  /** Outputs by the path of a step of the job, an agent or a tool, that ended before the fork's first step. */
  readonly steps?: { readonly [stepPath: string]: Json };
}

/** An output that is to replace a recorded one, with its bytes. */
export interface EditedOutput extends EditedCall {
  /** The path that was named. */
  readonly named: string;
  readonly ref: BlobRef;
  readonly bytes: Uint8Array;
}

const TURN = /\/turn-(\d+)$/;

/**
 * The calls whose results are to be others, each checked by the job's own schema.
 * @throws JobError `invalid-input` for a path that names no output of the record, or an output that does not fit
 */
export function editedOutputs(job: Job, record: RunRecord, steps: ForkEdit['steps'] = {}): readonly EditedOutput[] {
  return Object.entries(steps).map(([named, output]) => {
    const [name = ''] = named.split(/[:#/]/);
    const inside = named.includes('/');
    const [tool, agent] = [own(job.tools, name), own(job.agents, name)];
    if (!inside && tool !== undefined) return editedTool(tool, record, { named, output });
    if (!inside && agent !== undefined) return editedAgent(agent, record, { named, output });
    const known = [...Object.keys(job.agents), ...Object.keys(job.tools)].join(', ');
    throw refused(named, `only what a step of the job gave can be another: ${known}, or one of their repetitions`);
  });
}

interface Given {
  readonly named: string;
  readonly output: Json;
}

function editedTool(tool: Tool, { calls }: RunRecord, { named, output }: Given): EditedOutput {
  const call = calls.find(({ stepPath, settled }) => settled && stepPath === named);
  if (call === undefined) throw refused(named, 'it has not ended before the step that is forked from');
  if (!['committed', 'verified', 'accepted'].includes(call.state))
    throw refused(named, `it is ${call.state} and has no output`);
  const { value, ref, bytes } = parsed(tool, { named, output });
  const facts = tool.resultFacts === undefined ? {} : checkFacts(`the tool "${tool.name}"`, tool.resultFacts(value));
  return { named, stepPath: call.stepPath, result: { kind: 'result', ref, facts: jsonOf(facts) }, ref, bytes };
}

function editedAgent(agent: Agent, record: RunRecord, { named, output }: Given): EditedOutput {
  const turns = record.calls.filter(({ stepPath }) => TURN.test(stepPath) && stepPath.startsWith(`${named}/turn-`));
  const last = turns.toSorted((one, other) => turnOf(one) - turnOf(other)).at(-1);
  if (last === undefined || !last.settled || kindOf(last) !== 'submitted')
    throw refused(named, 'it has handed in no output before the step that is forked from');
  if (record.decisions.some(({ kind, name }) => kind === 'answer' && name === named))
    throw refused(named, 'a person has corrected it; fork from it, and answer anew');
  const { value, ref, bytes } = parsed(agent, { named, output });
  const facts = agent.resultFacts === undefined ? {} : checkFacts('the agent', agent.resultFacts(value));
  const outputs = turns.filter((turn) => kindOf(turn) === 'submitted').length;
  return {
    named,
    stepPath: last.stepPath,
    result: { ...(last.result as { readonly [name: string]: Json }), output: ref, facts: jsonOf(facts) },
    // Each output that is handed in is verified once.
    verifiedAt: `${named}/verify${outputs === 1 ? '' : `#${outputs}`}` as StepPath,
    ref,
    bytes,
  };
}

function parsed(
  { output: schema }: Pick<Tool | Agent, 'output'>,
  { named, output }: Given,
): { readonly value: unknown; readonly ref: BlobRef; readonly bytes: Uint8Array } {
  const value = parseAs({ code: 'invalid-input', schema, subject: `The output given for "${named}"` }, output);
  const bytes = new TextEncoder().encode(canonicalJson(value));
  return { value, bytes, ref: refOf(digestOf(bytes)) };
}

function kindOf({ result }: RecordedCall): Json | undefined {
  return typeof result === 'object' && result !== null && 'kind' in result ? result['kind'] : undefined;
}

function turnOf({ stepPath }: RecordedCall): number {
  return Number(TURN.exec(stepPath)?.[1] ?? 0);
}

function own<Value>(record: { readonly [name: string]: Value }, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function jsonOf(facts: Facts): Json {
  return { ...facts };
}

function refused(named: string, why: string): JobError {
  return new JobError('invalid-input', `The output of "${named}" cannot be edited: ${why}.`);
}
