import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../json.ts';
import type { InvoiceFacts } from '../reading/invoice-facts.ts';
import { isWhole, readInvoice } from '../reading/read-invoice.ts';
import type { ChatRequest, OfferedTool } from '../serving/chat-request.ts';
import { argumentsForCall, argumentsForSubmission } from './arguments.ts';
import { readingOnTool, readOnFrom, shownTexts } from './continuation.ts';
import { describeInvoice, type Knowledge } from './knowledge.ts';
import { plainAnswer } from './plain-answer.ts';
import { gatherKnowledge } from './records.ts';
import { finalToolOf, instructionOn, isLookUp } from './tool-role.ts';
import { readTranscript, rejectedBy, type AnsweredCall } from './transcript.ts';

/** A call the model wants made. */
export interface WantedCall {
  name: string;
  arguments: JsonObject;
}

/** What the model answers: tool calls, or one sentence. */
export type Decision = { kind: 'calls'; calls: readonly WantedCall[] } | { kind: 'text'; text: string };

/** Calls of one tool before the model stops trying it. */
const MAX_CALLS_PER_TOOL = 3;

/** Everything one turn is decided on. */
interface Desk {
  request: ChatRequest;
  instructions: string;
  calls: readonly AnsweredCall[];
  knowledge: Knowledge;
}

/**
 * Decides one turn from the conversation alone: reads the invoice in the user messages (on, where an excerpt breaks off),
 * calls every look-up it can fill (all at once), then tools that change something if the instructions name them, then hands
 * in the final output, and again after findings. What holds no invoice is answered by rules that need no reading, where
 * they suffice. Instructions count only in system messages, never in the document or in tool results.
 */
export function decide(request: ChatRequest): Decision {
  const shown = shownTexts(request);
  const facts = readInvoice(shown);
  const more = request.toolChoice.kind === 'none' || isWhole(shown) ? undefined : readOnFrom(shown, request);
  if (more) return { kind: 'calls', calls: [more] };
  if (!facts) return withoutInvoice(request, shown);
  const { toolChoice, tools, parallel } = request;
  if (toolChoice.kind === 'none') return { kind: 'text', text: describeInvoice(facts) };
  const desk = layOut(request, facts);
  const named = toolChoice.kind === 'named' ? tools.find(({ name }) => name === toolChoice.name) : undefined;
  const wanted = named ? [submission(named, desk)] : nextCalls(desk);
  if (wanted.length === 0) return { kind: 'text', text: describeInvoice(facts) };
  return { kind: 'calls', calls: parallel ? wanted : wanted.slice(0, 1) };
}

function withoutInvoice({ tools, toolChoice }: ChatRequest, shown: readonly string[]): Decision {
  const final = toolChoice.kind === 'none' ? undefined : finalToolOf(tools);
  const answer = final && plainAnswer(final, shown);
  if (final && answer) return { kind: 'calls', calls: [{ name: final.name, arguments: answer }] };
  return { kind: 'text', text: 'I cannot find an invoice in what I was shown.' };
}

function layOut(request: ChatRequest, facts: InvoiceFacts): Desk {
  const calls = readTranscript(request.messages);
  const instructions = request.messages
    .filter(({ role }) => role === 'system')
    .map(({ text }) => text)
    .join('\n');
  return { request, instructions, calls, knowledge: gatherKnowledge(facts, request.tools, calls) };
}

function nextCalls(desk: Desk): WantedCall[] {
  const { tools } = desk.request;
  const final = finalToolOf(tools);
  const readingOn = readingOnTool(tools)?.tool;
  const others = tools.filter(
    (tool) => tool !== final && tool !== readingOn && instructionOn(tool, desk.instructions) !== 'avoid',
  );
  const lookUps = others.filter(isLookUp).flatMap((tool) => lookUp(tool, desk));
  if (lookUps.length > 0) return lookUps;
  const changes = others.filter((tool) => !isLookUp(tool)).flatMap((tool) => instructedCall(tool, desk));
  if (changes.length > 0) return changes;
  return final ? [submission(final, desk)] : [];
}

/** A look-up is made once, and again only after it found nothing and when there is something new to ask it. */
function lookUp(tool: OfferedTool, { calls, knowledge }: Desk): WantedCall[] {
  const past = calls.filter(({ name }) => name === tool.name);
  const fruitless = past.filter(({ outcome }) => !outcome.found);
  if (past.length > fruitless.length || past.length >= MAX_CALLS_PER_TOOL) return [];
  const given = argumentsForCall(tool, { knowledge, rejected: rejectedBy(fruitless) });
  const isNew = given && !past.some((call) => isDeepStrictEqual(call.arguments, given));
  return isNew ? [{ name: tool.name, arguments: given }] : [];
}

/** A tool that changes something is called once, and only when the instructions say so. */
function instructedCall(tool: OfferedTool, { instructions, calls, knowledge }: Desk): WantedCall[] {
  if (instructionOn(tool, instructions) !== 'call' || calls.some(({ name }) => name === tool.name)) return [];
  const given = argumentsForCall(tool, { knowledge, rejected: new Map() });
  return given ? [{ name: tool.name, arguments: given }] : [];
}

/** The final output. Every submission, first or corrected, is made here. */
function submission(tool: OfferedTool, { calls, knowledge }: Desk): WantedCall {
  const rejected = rejectedBy(calls.filter(({ name }) => name === tool.name));
  return { name: tool.name, arguments: argumentsForSubmission(tool, { knowledge, rejected }) };
}
