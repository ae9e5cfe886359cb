import type { Call, Adapter, Settlement } from '../gate/index.ts';
import { canonicalJson, type Json } from '../domain/canonical.ts';
import { identityDigest } from '../domain/digest.ts';
import { cut } from '../domain/cut.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { checkFacts, type Facts } from '../domain/facts.ts';
import type { BlobRef, StepPath } from '../domain/ids.ts';
import type { Outcome } from '../domain/outcome.ts';
import { toolDigest } from '../jobs/definition.ts';
import { parseAs } from '../jobs/parse-as.ts';
import type { Tool } from '../jobs/tool.ts';
import type { CallSite } from './call-site.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { jsonBlob, type StoredMessage } from './transcript.ts';

// An adapter and a receiver say what they like; beside a sentence an outcome must hold what else a payload carries.
const MAX_SENTENCE = 2_000;

/** A tool's result as the ledger keeps it. */
export type ToolResult =
  | { readonly kind: 'result'; readonly ref: BlobRef; readonly facts: Facts }
  /** The receiver answered 2xx, but not in the tool's output form. */
  | { readonly kind: 'unreadable'; readonly sentence: string };

/** Where a tool is used. */
export interface ToolSite extends Pick<CallSite, 'tenant' | 'runId'> {
  readonly pinned: Pick<CallSite['pinned'], 'dataClass'>;
}

/** One use of a tool. */
export interface ToolUse {
  readonly tool: Tool;
  readonly stepPath: StepPath;
  /** Parsed by the tool's input schema. */
  readonly input: unknown;
  readonly signal: AbortSignal;
  /** How often a person has answered about this call: what was read back before counts no more. Default 0. */
  readonly answers?: number | undefined;
  /** Messages to store together with the result, when it is for a model. */
  readonly messages?: (output: unknown) => readonly StoredMessage[];
}

/** Performs one tool call through the gate, reads it back where the tool can, and answers the stored result. */
export async function useTool(
  dependencies: Pick<ActivityDependencies, 'gate'>,
  site: ToolSite,
  use: ToolUse,
): Promise<Outcome<ToolResult>> {
  const { tool, signal } = use;
  const outcome = await dependencies.gate.perform(callOf(site, use), adapterOf(use), { signal });
  if (outcome.kind !== 'committed') return outcome;
  // The ledger keeps results as JSON; this one was written by `settlementOf`.
  const result = outcome.value as unknown as ToolResult;
  if (result.kind === 'unreadable') return unreadable(tool, result.sentence);
  return tool.readBack === undefined
    ? { kind: 'committed', value: result }
    : readBack(dependencies, site, { use, result });
}

/** A use of a tool as the gate is asked for it. */
export function toolCallOf(site: ToolSite, use: ToolUse): { readonly call: Call; readonly adapter: Adapter } {
  return { call: callOf(site, use), adapter: adapterOf(use) };
}

function callOf(site: ToolSite, use: ToolUse): Call {
  const { tool, input, stepPath } = use;
  const facts = tool.facts === undefined ? undefined : checkFacts(`the tool "${tool.name}"`, tool.facts(input));
  return {
    tenant: site.tenant,
    runId: site.runId,
    stepPath,
    name: tool.name,
    toolDigest: toolDigest(tool),
    effect: tool.effect,
    class: tool.class,
    target: tool.system === undefined ? undefined : { system: tool.system },
    dataClass: site.pinned.dataClass,
    args: JSON.parse(canonicalJson(input)) as Json,
    timeoutMs: tool.timeoutMs,
    ...(tool.keyTtlMs === undefined ? {} : { keyTtlMs: tool.keyTtlMs }),
    ...(tool.identity === undefined ? {} : { identity: identityDigest(tool.identity(input)) }),
    ...(facts === undefined ? {} : { facts }),
  };
}

function adapterOf(use: ToolUse): Adapter {
  const { tool, input } = use;
  const { reconcile } = tool;
  return {
    send: async (context) => settlementOf(use, await tool.send(input, context)),
    ...(reconcile === undefined
      ? {}
      : {
          reconcile: async (context) => {
            const found = await reconcile(input, context);
            return found === undefined ? undefined : settlementOf(use, found);
          },
        }),
  };
}

function settlementOf(use: ToolUse, answer: unknown): Settlement {
  const { tool } = use;
  let output: unknown;
  let blob: ReturnType<typeof jsonBlob>;
  try {
    output = parseAs(
      { code: 'invalid-response', schema: tool.output, subject: `The answer of "${tool.name}"` },
      answer,
    );
    blob = kept(tool, output);
  } catch (error) {
    // A read is tried again; an effect has happened, whatever its answer looks like.
    if (tool.effect === 'read') throw error;
    return { result: { kind: 'unreadable', sentence: cut(sentenceOf(error), MAX_SENTENCE) } };
  }
  const facts = tool.resultFacts === undefined ? {} : checkFacts(`the tool "${tool.name}"`, tool.resultFacts(output));
  const stored = use.messages?.(output) ?? [];
  return {
    result: { kind: 'result', ref: blob.ref, facts },
    blobs: [blob, ...stored.map((message) => message.blob)],
    messages: stored.map((message) => message.message),
  };
}

/** The result of a call whose output a person gives, as the ledger keeps it; or why it is none. */
export function givenResult(
  tool: Tool,
  given: { readonly ref: BlobRef; readonly output: unknown },
): ToolResult | { readonly refused: string } {
  try {
    const schema = tool.output;
    const output = parseAs(
      { code: 'invalid-input', schema, subject: `The output given for "${tool.name}"` },
      given.output,
    );
    const facts = tool.resultFacts === undefined ? {} : checkFacts(`the tool "${tool.name}"`, tool.resultFacts(output));
    return { kind: 'result', ref: given.ref, facts };
  } catch (error) {
    return { refused: cut(sentenceOf(error), MAX_SENTENCE) };
  }
}

// Half a character or nesting without end is the receiver's, and no fault of who asked.
function kept(tool: Tool, output: unknown): ReturnType<typeof jsonBlob> {
  try {
    return jsonBlob(output);
  } catch (cause) {
    const sentence = `The answer of "${tool.name}" cannot be kept: ${sentenceOf(cause)}`;
    throw new JobError('invalid-response', sentence, { cause });
  }
}

async function readBack(
  dependencies: Pick<ActivityDependencies, 'gate'>,
  site: ToolSite,
  done: { use: ToolUse; result: ToolResult },
): Promise<Outcome<ToolResult>> {
  const { use, result } = done;
  const { tool, input, signal } = use;
  const sent = tool.facts?.(input) ?? {};
  const { answers = 0 } = use;
  const stepPath = `${use.stepPath}/read-back${answers === 0 ? '' : `#${answers + 1}`}` as StepPath;
  const reading: Call = { ...callOf(site, use), stepPath, effect: 'read', class: 'A', name: `${tool.name}_read_back` };
  const { identity: _, ...call } = reading;
  const outcome = await dependencies.gate.perform(
    call,
    {
      send: async (context) => ({
        result: { difference: differenceOf(tool, sent, await tool.readBack?.(input, context)) },
      }),
    },
    { signal },
  );
  if (outcome.kind !== 'committed' && outcome.kind !== 'rejected') return outcome;
  const sentence = doubtOf(tool, outcome);
  const state = await dependencies.gate.settleReadBack({
    tenant: site.tenant,
    runId: site.runId,
    stepPath: use.stepPath,
    ...(sentence === undefined ? {} : { sentence }),
  });
  // What a person has accepted is not called in question again by what was read before, or since.
  if (sentence === undefined || state === 'accepted') return { kind: 'committed', value: result };
  return { kind: 'unknown', sentence };
}

// That it was answered as done stands: a read-back that is refused, too, is for a person to look at.
function doubtOf(tool: Tool, outcome: Extract<Outcome<Json>, { kind: 'committed' | 'rejected' }>): string | undefined {
  if (outcome.kind === 'rejected')
    return `"${tool.name}" was answered as done, but it cannot be read back: ${outcome.sentence}`;
  const { difference } = outcome.value as { difference: string };
  return difference === ''
    ? undefined
    : `"${tool.name}" was answered as done, but reading it back shows another thing: ${difference}`;
}

// A match: the record parses by the input schema and its facts equal the sent ones.
function differenceOf(tool: Tool, sent: Facts, record: unknown): string {
  let found: Facts;
  try {
    const parsed = parseAs({ code: 'invalid-response', schema: tool.input, subject: 'the record' }, record);
    found = tool.facts?.(parsed) ?? {};
  } catch (error) {
    if (error instanceof JobError) return error.message;
    throw error;
  }
  const other = Object.keys({ ...sent, ...found }).filter((name) => sent[name] !== found[name]);
  const all = other.map((name) => `${name} is ${String(found[name])} instead of ${String(sent[name])}`).join(', ');
  return cut(all, MAX_SENTENCE);
}

function unreadable(tool: Tool, sentence: string): Outcome<never> {
  return {
    kind: 'unknown',
    sentence: `"${tool.name}" was carried out, but its answer cannot be read; a person must look: ${sentence}`,
  };
}
