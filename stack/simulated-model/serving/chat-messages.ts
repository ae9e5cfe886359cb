import { asText, isList, isObject, parseJson, type Json, type JsonObject } from '../json.ts';
import { ApiError } from './api-error.ts';

/** A call the model made in an earlier answer. */
interface PastToolCall {
  id: string;
  name: string;
  arguments: JsonObject;
}

/** One message of the conversation. */
export interface ChatMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  /** The text, all text parts joined by line breaks; empty when there is none. */
  text: string;
  toolCalls: readonly PastToolCall[];
  /** The call that a tool message answers. */
  toolCallId: string | null;
}

const ROLES: Readonly<Record<string, ChatMessage['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
};

/**
 * Reads the conversation and checks, as OpenAI does, that every tool call is answered before the next turn and that
 * every tool message answers one. @throws {ApiError} 400 otherwise.
 */
export function readMessages(messages: Json | undefined): ChatMessage[] {
  if (!isList(messages) || messages.length === 0) {
    throw new ApiError(400, 'messages must be a list of at least one message.', { param: 'messages' });
  }
  const read = messages.map(readMessage);
  checkToolMessages(read);
  return read;
}

function readMessage(message: Json, index: number): ChatMessage {
  const param = `messages[${index}]`;
  if (!isObject(message)) throw new ApiError(400, `${param} must be an object.`, { param });
  const role = ROLES[asText(message['role']) ?? ''];
  if (!role) throw new ApiError(400, `${param}.role must be system, developer, user, assistant or tool.`, { param });
  const calls = message['tool_calls'];
  return {
    role,
    text: readContent(message['content'], param),
    toolCalls: isList(calls) ? calls.map((call) => readCall(call, param)) : [],
    toolCallId: asText(message['tool_call_id']),
  };
}

function readContent(content: Json | undefined, param: string): string {
  if (content === undefined || content === null) return '';
  if (typeof content === 'string') return content;
  if (!isList(content)) throw new ApiError(400, `${param}.content must be a text or a list of parts.`, { param });
  const parts = content.filter(isObject).map((part) => part['text']);
  return parts.filter((text) => typeof text === 'string').join('\n');
}

function readCall(call: Json, param: string): PastToolCall {
  const called = isObject(call) ? call['function'] : undefined;
  const id = isObject(call) ? asText(call['id']) : null;
  const name = isObject(called) ? asText(called['name']) : null;
  if (!isObject(called) || id === null || name === null) {
    throw new ApiError(400, `${param}.tool_calls must hold {"id":…,"function":{"name":…,"arguments":…}}.`, { param });
  }
  const given = parseJson(asText(called['arguments']) ?? '{}');
  return { id, name, arguments: isObject(given) ? given : {} };
}

function checkToolMessages(messages: readonly ChatMessage[]): void {
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const param = `messages[${index}]`;
    if (message.role === 'tool') {
      if (!open.delete(message.toolCallId ?? '')) {
        throw new ApiError(400, `${param} answers no tool call of the assistant message before it.`, { param });
      }
      continue;
    }
    refuseOpenCalls(open, param);
    open = new Set(message.toolCalls.map(({ id }) => id));
  }
  refuseOpenCalls(open, `messages[${messages.length}]`);
}

function refuseOpenCalls(open: ReadonlySet<string>, param: string): void {
  if (open.size === 0) return;
  throw new ApiError(400, `${param} must be a tool message: no answer yet to ${[...open].join(', ')}.`, { param });
}
