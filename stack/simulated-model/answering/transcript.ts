import type { Json, JsonObject } from '../json.ts';
import type { ChatMessage } from '../serving/chat-messages.ts';
import { readOutcome, type Outcome } from './outcome.ts';
import { refusedValues } from './rejections.ts';

/** A call made in an earlier answer, with what came of it. */
export interface AnsweredCall {
  name: string;
  arguments: JsonObject;
  outcome: Outcome;
  /** The tool's result, and what users said before the next answer. */
  reply: string;
}

/** All calls of the conversation, in order, with their results. */
export function readTranscript(messages: readonly ChatMessage[]): AnsweredCall[] {
  return messages.flatMap((message, index) => {
    const next = messages.findIndex(({ role }, place) => place > index && role === 'assistant');
    const replies = messages.slice(index + 1, next < 0 ? undefined : next);
    return message.toolCalls.map(({ id, name, arguments: given }) => {
      const result = replies.find(({ toolCallId }) => toolCallId === id)?.text ?? '';
      const remarks = replies.filter(({ role }) => role === 'user').map(({ text }) => text);
      return { name, arguments: given, outcome: readOutcome(result), reply: [result, ...remarks].join('\n') };
    });
  });
}

/** All values that replies to earlier calls of a tool refused, by path. */
export function rejectedBy(calls: readonly AnsweredCall[]): Map<string, Json[]> {
  const rejected = new Map<string, Json[]>();
  for (const call of calls) {
    for (const [path, value] of refusedValues(call.arguments, call.reply)) {
      rejected.set(path, [...(rejected.get(path) ?? []), value]);
    }
  }
  return rejected;
}
