import { oneLine } from '../gate/index.ts';
import { canonicalJson } from '../domain/canonical.ts';
import { digestOf, digestOfJson, refOf } from '../domain/digest.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { checkFacts, type Facts } from '../domain/facts.ts';
import type { BlobRef } from '../domain/ids.ts';
import type { Agent } from '../jobs/agent.ts';
import { issuesOf } from '../jobs/parse-as.ts';
import { SUBMIT } from '../jobs/registry.ts';
import type { Tool } from '../jobs/tool.ts';
import { parseArguments } from './models/asked-calls.ts';
import type { AskedCall, ModelAnswer, ModelMessage } from './models/dialect.ts';
import { jsonBlob, type StoredMessage } from './transcript.ts';
import type { PlannedCall } from './types.ts';

/** What an answer means, and what the model is told at once about the calls that are not valid. */
export interface Decided {
  readonly decision:
    | { readonly kind: 'tools'; readonly calls: readonly PlannedCall[]; readonly failed: readonly string[] }
    | {
        readonly kind: 'submitted';
        readonly output: BlobRef;
        readonly facts: Facts;
        readonly at: number;
        readonly id: string;
      }
    | { readonly kind: 'again'; readonly failed: readonly string[] }
    | { readonly kind: 'refused'; readonly sentence: string };
  /** Messages by their place, after the assistant message. */
  readonly told: readonly { readonly seq: number; readonly message: ModelMessage }[];
  readonly output?: StoredMessage['blob'];
  /** How many messages the transcript holds after this turn, results of planned calls included. */
  readonly cursor: number;
}

/** An answer of a model with the place of its message and the ids of its calls. */
export interface AnswerAt {
  readonly answer: ModelAnswer;
  readonly seq: number;
  readonly ids: readonly string[];
}

// All of a turn's calls and what is wrong with them must stay small in the run's history.
const MAX_CALLS = 32;
// People read it in the question that follows; the whole of it stands in the transcript.
const MAX_REFUSAL = 400;

type Checked = { readonly call: AskedCall; readonly digest: string } & (
  | { readonly ok: true; readonly tool: Tool | undefined; readonly value: unknown }
  | { readonly ok: false; readonly problem: string }
);

interface Checking {
  readonly agent: Agent;
  readonly answer: ModelAnswer;
  /** Its own and those that the engine adds. */
  readonly tools: readonly Tool[];
}

/**
 * Decides what an answer means. Every call is checked by its tool's schema before any effect; one that does not fit
 * goes back as a tool error that names the field, while the valid ones beside it go on.
 */
export function decideTurn(agent: Agent, at: AnswerAt, builtIn: readonly Tool[] = []): Decided {
  const { answer, seq } = at;
  if (answer.refusal !== undefined) return refused(answer.refusal, seq);
  if (answer.calls.length === 0) return withoutCalls(answer, seq);
  const tools = [...Object.values(agent.tools), ...builtIn];
  const checked = answer.calls.map((call, index) =>
    index < MAX_CALLS ? check({ agent, answer, tools }, call) : tooMany(call),
  );
  const submits = checked.filter((entry) => entry.ok && entry.tool === undefined);
  const [submit] = submits;
  if (submit?.ok === true && checked.length === 1) return submitted(agent, at, submit.value);
  return submits.length > 0 ? mixed(at, checked) : planned(at, checked);
}

function refused(refusal: string, seq: number): Decided {
  const sentence = `The model refused: ${oneLine(refusal, MAX_REFUSAL)}`;
  return { decision: { kind: 'refused', sentence }, told: [], cursor: seq + 1 };
}

function withoutCalls(answer: ModelAnswer, seq: number): Decided {
  const why = answer.cut ? 'Your answer was cut at the token limit.' : 'Your answer called no tool.';
  const message: ModelMessage = {
    role: 'user',
    content: `${why} Act by calling one of the offered tools; hand in the final output with \`${SUBMIT}\`.`,
  };
  const failed = [`text ${refOf(digestOf(answer.text))}`];
  return { decision: { kind: 'again', failed }, told: [{ seq: seq + 1, message }], cursor: seq + 2 };
}

function tooMany(call: AskedCall): Checked {
  return {
    call,
    digest: '',
    ok: false,
    problem: `Nothing was done: at most ${MAX_CALLS} calls are taken in one turn.`,
  };
}

function check({ agent, answer, tools }: Checking, call: AskedCall): Checked {
  const digest = refOf(digestOf(call.arguments)).toString();
  const tool = tools.find((candidate) => candidate.name === call.name);
  const fail = (problem: string): Checked => ({ call, digest, ok: false, problem });
  if (tool === undefined && call.name !== SUBMIT) {
    const offered = [...tools.map((candidate) => candidate.name), SUBMIT].join(', ');
    return fail(`There is no tool "${call.name}"; offered are: ${offered}.`);
  }
  const value = parseArguments(call.arguments);
  if (value === undefined)
    return fail(answer.cut ? 'The arguments were cut at the token limit.' : 'The arguments are not a JSON object.');
  const parsed = (tool?.input ?? agent.output).safeParse(value);
  if (!parsed.success) return fail(`The arguments do not fit: ${issuesOf(parsed.error)}.`);
  return { call, digest: refOf(digestOfJson(value)).toString(), ok: true, tool, value: parsed.data };
}

function submitted(agent: Agent, at: AnswerAt, output: unknown): Decided {
  const facts = factsOf(agent, output);
  const blob = jsonBlob(output);
  const answerAt = at.seq + 1;
  const id = at.ids[0] ?? '';
  return {
    decision: { kind: 'submitted', output: blob.ref, facts, at: answerAt, id },
    told: [],
    output: blob,
    cursor: answerAt + 1,
  };
}

// A bug in the job's own function must not pay for the same answer again and again.
function factsOf(agent: Agent, output: unknown): Facts {
  try {
    return agent.resultFacts === undefined ? {} : checkFacts('the agent', agent.resultFacts(output));
  } catch (error) {
    if (error instanceof JobError) throw error;
    throw new JobError('invalid-job', `The agent's \`resultFacts\` failed: ${sentenceOf(error)}`, { cause: error });
  }
}

// An output handed in beside other calls was made before their results were known.
function mixed(at: AnswerAt, checked: readonly Checked[]): Decided {
  const told = checked.map((_, index) =>
    toolError(at, index, `Nothing was done. Call \`${SUBMIT}\` alone, after the results of other calls are in.`),
  );
  return {
    decision: { kind: 'again', failed: checked.slice(0, MAX_CALLS).map(sayingOf) },
    told,
    cursor: at.seq + 1 + checked.length,
  };
}

function planned(at: AnswerAt, checked: readonly Checked[]): Decided {
  const calls: PlannedCall[] = [];
  const told: Decided['told'][number][] = [];
  const failed: string[] = [];
  checked.forEach((entry, index) => {
    if (entry.ok && entry.tool !== undefined) {
      calls.push({
        tool: entry.tool.name,
        index,
        at: at.seq + 1 + index,
        digest: entry.digest,
        changes: entry.tool.effect !== 'read',
      });
      return;
    }
    told.push(toolError(at, index, entry.ok ? '' : entry.problem));
    if (index < MAX_CALLS) failed.push(sayingOf(entry));
  });
  const cursor = at.seq + 1 + checked.length;
  return calls.length === 0
    ? { decision: { kind: 'again', failed }, told, cursor }
    : { decision: { kind: 'tools', calls, failed }, told, cursor };
}

function toolError(at: AnswerAt, index: number, problem: string): Decided['told'][number] {
  const message: ModelMessage = { role: 'tool', id: at.ids[index] ?? '', content: canonicalJson({ error: problem }) };
  return { seq: at.seq + 1 + index, message };
}

function sayingOf(entry: Checked): string {
  return `${entry.call.name === '' ? 'nameless' : entry.call.name.slice(0, 64)} ${entry.digest}`;
}
