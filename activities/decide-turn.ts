import { oneLine } from '../gate/index.ts';
import { canonicalJson } from '../domain/canonical.ts';
import { cut } from '../domain/cut.ts';
import { digestOf, refOf } from '../domain/digest.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { checkFacts, type Facts } from '../domain/facts.ts';
import type { BlobRef } from '../domain/ids.ts';
import { type PlannedCall, shortCall } from '../domain/planned-call.ts';
import type { Agent } from '../jobs/agent.ts';
import { SUBMIT } from '../jobs/tool-aliases.ts';
import { type CheckedCall, checkCall } from './check-call.ts';
import type { AskedCall, ModelAnswer, ModelMessage } from './models/dialect.ts';
import type { NamedTool } from './named-tools.ts';
import { jsonBlob, type StoredMessage } from './transcript.ts';

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
// Of the 8 KiB that a turn may hand to the workflow; equal calls that are added to planned ones, and all else, need less than the rest.
const MAX_CALLS_BYTES = 7_300;
const TOO_MUCH =
  'Nothing was done: this is too much for one turn; call it again after the results of the other calls are in.';
const MAX_SAID = 64;
// People read it in the question that follows; the whole of it stands in the transcript.
const MAX_REFUSAL = 400;

/**
 * Decides what an answer means. Every call is checked by its tool's schema before any effect; one that does not fit
 * goes back as a tool error that names the field, while the valid ones beside it go on.
 */
export function decideTurn(agent: Agent, at: AnswerAt, tools: readonly NamedTool[]): Decided {
  const { answer, seq } = at;
  if (answer.refusal !== undefined) return refused(answer.refusal, seq);
  if (answer.calls.length === 0) return withoutCalls(answer, seq);
  const checked = answer.calls.map((call, index) =>
    index < MAX_CALLS ? checkCall({ agent, answer, tools }, call) : tooMany(call),
  );
  const submits = checked.filter((entry) => entry.ok && entry.named === undefined);
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

function tooMany(call: AskedCall): CheckedCall {
  return {
    call,
    digest: '',
    ok: false,
    problem: `Nothing was done: at most ${MAX_CALLS} calls are taken in one turn.`,
  };
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
function mixed(at: AnswerAt, checked: readonly CheckedCall[]): Decided {
  const told = checked.map((_, index) =>
    toolError(at, index, `Nothing was done. Call \`${SUBMIT}\` alone, after the results of other calls are in.`),
  );
  return {
    decision: { kind: 'again', failed: checked.slice(0, MAX_CALLS).map(sayingOf) },
    told,
    cursor: at.seq + 1 + checked.length,
  };
}

function planned(at: AnswerAt, checked: readonly CheckedCall[]): Decided {
  const calls: PlannedCall[] = [];
  const told: Decided['told'][number][] = [];
  const failed = checked.slice(0, MAX_CALLS).filter(isWrong).map(sayingOf);
  let room = MAX_CALLS_BYTES - bytesOf(failed);
  checked.forEach((entry, index) => {
    if (!entry.ok || entry.named === undefined) {
      told.push(toolError(at, index, entry.ok ? '' : entry.problem));
      return;
    }
    const call = plannedCall(entry.named, { index, at: at.seq + 1 + index, digest: entry.digest });
    const same = call.changes === true ? calls.findIndex((other) => isSame(call, other)) : -1;
    const first = calls[same];
    if (first !== undefined) {
      calls[same] = { ...first, also: [...(first.also ?? []), index] };
      return;
    }
    // What comes after the first that is too much is too much as well, since a model counts on the order.
    room -= room < 0 ? 0 : bytesOf(shortCall(call, at.seq));
    if (room < 0) told.push(toolError(at, index, TOO_MUCH));
    else calls.push(call);
  });
  const cursor = at.seq + 1 + checked.length;
  return calls.length === 0
    ? { decision: { kind: 'again', failed }, told, cursor }
    : { decision: { kind: 'tools', calls, failed }, told, cursor };
}

function isWrong(entry: CheckedCall): boolean {
  return !entry.ok || entry.named === undefined;
}

// With the comma that follows.
function bytesOf(part: unknown): number {
  return Buffer.byteLength(JSON.stringify(part)) + 1;
}

function plannedCall({ alias, tool }: NamedTool, place: Pick<PlannedCall, 'index' | 'at' | 'digest'>): PlannedCall {
  const known = alias === tool.name ? {} : { alias };
  return { tool: tool.name, ...known, ...place, changes: tool.effect !== 'read' };
}

// Said twice in one breath, it is meant once: what changes something is done once, and both calls get its result.
function isSame(one: PlannedCall, other: PlannedCall): boolean {
  return one.tool === other.tool && one.digest === other.digest;
}

// What a schema's own code says of a value may hold half a character of it; that must not end the run.
function toolError(at: AnswerAt, index: number, problem: string): Decided['told'][number] {
  const content = canonicalJson({ error: problem.toWellFormed() });
  const message: ModelMessage = { role: 'tool', id: at.ids[index] ?? '', content };
  return { seq: at.seq + 1 + index, message };
}

// A name that no tool has may be anything; in the history each of its characters counts one byte.
function sayingOf(entry: CheckedCall): string {
  const name = cut(entry.call.name, MAX_SAID).replaceAll(/[^ -~]|["\\]/gu, '?');
  return `${name === '' ? 'nameless' : name} ${entry.digest}`;
}
