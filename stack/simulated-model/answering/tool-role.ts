import type { OfferedTool } from '../serving/chat-request.ts';
import type { Tag } from '../meaning/lexicon.ts';
import { firstClause, subjectsOf } from '../meaning/meaning.ts';
import { readWords, splitWords } from '../meaning/words.ts';

/** Verbs of tools that only read. */
const READING =
  'find get search read list lookup look fetch query check retrieve show verify validate resolve match describe view ' +
  'suche suchen such hole holen lese lesen lies finde finden pruefe pruefen zeige';

/** Verbs of tools that change something. */
const WRITING =
  'post create pay delete send update set add remove book approve release transfer cancel write insert put patch execute ' +
  'run submit upload reject register issue void refund notify email anlegen buche buchen sende senden zahle loesche';

const READING_VERBS: ReadonlySet<string> = new Set(READING.split(' '));
const WRITING_VERBS: ReadonlySet<string> = new Set(WRITING.split(' '));

/** Descriptions of a tool that takes the final output. */
const HANDS_IN =
  /\b(hands?|handing|turns?) in\b|\bsubmits?\b|\bfinal (output|answer|result)\b|\b(abgeben|einreichen)\b/i;

const DIRECTIVE = /\b(call|use|invoke|run|rufe|nutze|verwende|benutze)\b/i;
const NEGATION = /\b(never|not|don't|without|avoid|nie|niemals|nicht|kein|keine)\b/i;

/** The tool that takes the final output: the one named `submit`, else one described so, else one with `submit` in its name. */
export function finalToolOf(tools: readonly OfferedTool[]): OfferedTool | undefined {
  const words = (tool: OfferedTool): string[] => splitWords(tool.name);
  return (
    tools.find((tool) => words(tool).join(' ') === 'submit') ??
    tools.find((tool) => HANDS_IN.test(tool.description) && !READING_VERBS.has(firstVerb(words(tool)) ?? '')) ??
    tools.find((tool) => words(tool).includes('submit'))
  );
}

/** Whether a tool only reads, by the first verb of its name, else of its description. In doubt it counts as changing something. */
export function isLookUp(tool: OfferedTool): boolean {
  const verb = firstVerb(splitWords(tool.name)) ?? firstVerb(splitWords(tool.description).map(withoutEnding));
  return verb !== undefined && READING_VERBS.has(verb);
}

/** What a tool is about, by its name, else by its description; `undefined` when it is about no party and no order. */
export function subjectOf({ name, description }: OfferedTool): Tag | undefined {
  const subjects = [name, firstClause(description)].flatMap((text) => subjectsOf(readWords(text).tags));
  return subjects.find((subject) => subject !== 'foreign');
}

/**
 * What the instructions say about a tool by name: to call it, never to call it, or nothing. A name that is an ordinary
 * word, such as `pay`, counts only between quotes or backticks.
 */
export function instructionOn(tool: OfferedTool, instructions: string): 'call' | 'avoid' | 'nothing' {
  const sentences = instructions.split(/[.!?](?:\s|$)|\n/).filter((sentence) => namesTool(sentence, tool.name));
  if (sentences.some((sentence) => NEGATION.test(sentence))) return 'avoid';
  return sentences.some((sentence) => DIRECTIVE.test(sentence)) ? 'call' : 'nothing';
}

function namesTool(sentence: string, name: string): boolean {
  if (['`', '"', "'"].some((quote) => sentence.includes(`${quote}${name}${quote}`))) return true;
  const words = sentence.split(/[^\p{L}\d_.-]+/u).map((word) => word.replace(/^[.-]+|[.-]+$/g, ''));
  return splitWords(name).length > 1 && words.includes(name);
}

function firstVerb(words: readonly string[]): string | undefined {
  return words.find((word) => READING_VERBS.has(word) || WRITING_VERBS.has(word));
}

/** `finds`, `searches` and `looks` as the verbs they are. */
function withoutEnding(word: string): string {
  const stem = word.replace(/s$/, '');
  return READING_VERBS.has(stem) || WRITING_VERBS.has(stem) ? stem : word.replace(/es$/, '');
}
