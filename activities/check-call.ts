import { cut } from '../domain/cut.ts';
import { digestOf, digestOfJson, refOf } from '../domain/digest.ts';
import { nearest } from '../domain/nearest.ts';
import type { Agent } from '../jobs/agent.ts';
import { jsonSchema } from '../jobs/definition.ts';
import { issuesOf } from '../jobs/parse-as.ts';
import { SUBMIT } from '../jobs/tool-aliases.ts';
import type { Tool } from '../jobs/tool.ts';
import { parseArguments } from './models/asked-calls.ts';
import { ambiguousInteger, changedInteger } from './models/changed-integer.ts';
import type { AskedCall, ModelAnswer } from './models/dialect.ts';
import type { NamedTool } from './named-tools.ts';

/** What a call of a model is checked against. */
export interface Checking {
  readonly agent: Agent;
  readonly answer: Pick<ModelAnswer, 'cut'>;
  /** All that are offered in this call, but for the final one. */
  readonly tools: readonly NamedTool[];
}

/** A call that fits its tool (`named` is absent for the final one), or what the model is told is wrong with it. */
export type CheckedCall = {
  readonly call: AskedCall;
  /** Of the arguments, 22 characters: equal for equal arguments, however they were written. */
  readonly digest: string;
} & (
  | { readonly ok: true; readonly named: NamedTool | undefined; readonly value: unknown }
  | { readonly ok: false; readonly problem: string }
);

const MAX_NAME = 80;
const MAX_REASON = 160;

/** Checks one call by its tool's schema. Nothing has been done when it does not fit, and the model is told so. */
export function checkCall({ agent, answer, tools }: Checking, call: AskedCall): CheckedCall {
  const digest = refOf(digestOf(call.arguments)).toString();
  const named = tools.find(({ alias }) => alias === call.name);
  const fail = (problem: string): CheckedCall => ({ call, digest, ok: false, problem: `${problem} Nothing was done.` });
  if (named === undefined && call.name !== SUBMIT) return fail(unknownSentence(call.name, tools));
  const read = parseArguments(call.arguments);
  if ('problem' in read) {
    const why = answer.cut ? 'were cut at the token limit' : bounded(read.problem);
    return fail(`The arguments are not a JSON object: they ${why}.`);
  }
  const integer = integerProblem(call);
  if (integer !== undefined) return fail(integer);
  const schema = named === undefined ? agent.output : named.tool.input;
  const parsed = schema.safeParse(read.value);
  if (!parsed.success)
    return fail(`The arguments do not fit: ${issuesOf(parsed.error)}.${fieldsOf(named?.tool, agent)}`);
  return { call, digest: refOf(digestOfJson(read.value)).toString(), ok: true, named, value: parsed.data };
}

function integerProblem({ arguments: text, wasObject }: AskedCall): string | undefined {
  const instead = `send one of at most ${Number.MAX_SAFE_INTEGER}, or a text where the field takes one.`;
  if (wasObject === true) {
    const read = ambiguousInteger(text);
    return read === undefined
      ? undefined
      : `The arguments hold the integer ${read}, whose last digits may have been others before they were read; ${instead}`;
  }
  const changed = changedInteger(text);
  return changed === undefined
    ? undefined
    : `The arguments hold the integer ${changed.written}, which would become ${changed.read}; ${instead}`;
}

function unknownSentence(name: string, tools: readonly NamedTool[]): string {
  const offered = [...tools.map(({ alias }) => alias), SUBMIT];
  const shown = cut(name, MAX_NAME);
  const meant = nearest(shown, offered);
  const nearestOne = meant === undefined ? '' : ` the nearest name is "${meant}";`;
  return `There is no tool "${shown}";${nearestOne} offered are: ${offered.join(', ')}.`;
}

// A model that misspelt a field, or made one up, is told which there are.
function fieldsOf(tool: Tool | undefined, agent: Agent): string {
  const schema = tool === undefined ? jsonSchema(SUBMIT, agent.output) : jsonSchema(tool.name, tool.input);
  const properties = isRecord(schema) ? schema['properties'] : undefined;
  if (!isRecord(properties)) return '';
  const fields = Object.keys(properties);
  return ` ${fields.length === 0 ? 'It has no fields.' : `Its fields are: ${fields.join(', ')}.`}`;
}

// The engine's own message about a text may quote half a character of it.
function bounded(text: string): string {
  return text.length > MAX_REASON ? `${cut(text, MAX_REASON)}…` : text.toWellFormed();
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
