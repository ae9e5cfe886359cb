import { isObject, parseJson, type Json, type JsonObject } from '../json.ts';
import type { ChatMessage } from '../serving/chat-messages.ts';
import type { ChatRequest, OfferedTool } from '../serving/chat-request.ts';
import { propertiesOf } from './schema.ts';

/**
 * Where an excerpt breaks off: how much follows, and from where to read on, as the last number. Either in brackets, or as a
 * line of its own, before which a mark may close the excerpt.
 */
const BREAK =
  /\n?\[(?:\.{3}|…)[^\]\n]*\bmore characters\b[^\]\n]*?(?<from>\d+)\s*\]|(?:\n[^\w\n]{0,20}END\s\p{Lu}{3,}[^\n]*|\n[^\w\n]{3,80})?\n[^\n]*\b\d+ more characters\b[^\n]*?\bfrom (?<start>\d+)(?!\d)[^\n\d]*$/iu;

/** What tools that give the rest of a document say of themselves. */
const READS_ON =
  /\b(reads? on|reads? further|the rest|the remainder|next (part|piece|chunk|\d+ characters)|continu(e|es|ation)|weiterlesen|liest weiter)\b/iu;

/** What a part calls the place where the one after it begins. */
const NEXT_PLACE = /^(next|next_?(from|start|offset|part)|continue_?(at|from))$/iu;

/** Parts read on before the model makes do with what it has, so that no document keeps it busy. */
const MAX_PARTS = 40;

/** A tool that gives the rest of a document, with its one argument. */
interface ReadingOn {
  tool: OfferedTool;
  argument: string;
}

/** The tool that reads on, if one is offered: it says so, and takes nothing but one whole number. */
export function readingOnTool(tools: readonly OfferedTool[]): ReadingOn | undefined {
  for (const tool of tools) {
    const [[argument, schema] = [], ...others] = propertiesOf(tool.parameters);
    const takesNumber = isObject(schema) && schema['type'] === 'integer' && others.length === 0;
    const says = READS_ON.test(`${tool.name.replaceAll('_', ' ')}. ${tool.description}`);
    if (argument !== undefined && takesNumber && says) return { tool, argument };
  }
  return undefined;
}

/** What the user messages show, each with the parts that were read on in place of its break. */
export function shownTexts({ messages, tools }: ChatRequest): string[] {
  const readingOn = readingOnTool(tools);
  const parts = readingOn === undefined ? new Map<number, string>() : partsRead(messages, readingOn);
  return messages.filter(({ role }) => role === 'user').map(({ text }) => joined(text, parts));
}

/** The arguments with which to read on where a text still breaks off; `undefined` when none does or enough was read. */
export function readOnFrom(
  texts: readonly string[],
  { messages, tools }: ChatRequest,
): { name: string; arguments: JsonObject } | undefined {
  const readingOn = readingOnTool(tools);
  const from = texts.map((text) => breakIn(text)?.from).find((place) => place !== undefined);
  if (readingOn === undefined || from === undefined) return undefined;
  const { tool, argument } = readingOn;
  const asked = messages.flatMap(({ toolCalls }) => toolCalls).filter(({ name }) => name === tool.name);
  if (asked.length >= MAX_PARTS || asked.some((call) => call.arguments[argument] === from)) return undefined;
  return { name: tool.name, arguments: { [argument]: from } };
}

function breakIn(text: string): { start: number; end: number; from: number } | undefined {
  const found = BREAK.exec(text);
  if (found === null) return undefined;
  const place = found.groups?.['from'] ?? found.groups?.['start'];
  return { start: found.index, end: found.index + found[0].length, from: Number(place) };
}

function partsRead(messages: readonly ChatMessage[], { tool, argument }: ReadingOn): Map<number, string> {
  const calls = messages.flatMap(({ toolCalls }) => toolCalls).filter(({ name }) => name === tool.name);
  return new Map(
    calls.flatMap((call) => {
      const from = call.arguments[argument];
      const result = messages.find(({ toolCallId }) => toolCallId === call.id)?.text;
      return typeof from === 'number' && result !== undefined ? [[from, partIn(result)] as const] : [];
    }),
  );
}

/** A part as it came, or the longest text in a result that is JSON, with the break that its next place stands for. */
function partIn(result: string): string {
  const json = parseJson(result) ?? null;
  const texts = textsIn(json);
  if (texts.length === 0) return result;
  const part = texts.reduce((longest, text) => (text.length > longest.length ? text : longest));
  const [, next] = Object.entries(isObject(json) ? json : {}).find(([name]) => NEXT_PLACE.test(name)) ?? [];
  return typeof next === 'number' && breakIn(part) === undefined ? `${part}\n[... more characters from ${next}]` : part;
}

function textsIn(json: Json): string[] {
  if (typeof json === 'string') return [json];
  return typeof json === 'object' && json !== null ? Object.values(json).flatMap(textsIn) : [];
}

/** An excerpt may end in the middle of a line: what follows is put right behind it. */
function joined(text: string, parts: ReadonlyMap<number, string>): string {
  let whole = text;
  for (let count = 0; count < parts.size; count += 1) {
    const found = breakIn(whole);
    const part = found && parts.get(found.from);
    if (found === undefined || part === undefined) break;
    whole = whole.slice(0, found.start) + part + whole.slice(found.end);
  }
  return whole;
}
